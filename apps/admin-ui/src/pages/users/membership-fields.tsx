import { Button, Fieldset, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { ProductsPicker } from '../../pickers/products-picker.js';
import { RolePicker } from '../../pickers/role-picker.js';
import { emptyMembership, type NewUser } from './new-user.js';

interface MembershipFieldsProps {
  form: UseFormReturnType<NewUser>;
  /** Where a new membership begins: whoever administers one organisation needs no choice. */
  organisationId: string | null;
  isRequired: boolean;
}

/** The organisations that somebody belongs to from the start, and as what. */
export function MembershipFields({ form, organisationId, isRequired }: MembershipFieldsProps) {
  const { t } = useTranslation();
  const { memberships } = form.values;
  const addButton = useRef<HTMLButtonElement>(null);
  const remove = (index: number) => {
    form.removeListItem('memberships', index);
    addButton.current?.focus();
  };
  return (
    <Fieldset legend={t('users.new.memberships')}>
      <Stack>
        {memberships.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('users.new.noMemberships')}
          </Text>
        )}
        {memberships.map(({ key }, index) => (
          <Membership key={key} form={form} index={index} onRemove={!isRequired || memberships.length > 1 ? () => remove(index) : null} />
        ))}
        {form.errors.memberships && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {form.errors.memberships}
          </Text>
        )}
        <Group>
          <Button
            ref={addButton}
            variant="default"
            size="xs"
            data-path="memberships"
            onClick={() => form.insertListItem('memberships', emptyMembership(organisationId))}
          >
            {t('users.new.addMembership')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

interface MembershipProps {
  form: UseFormReturnType<NewUser>;
  index: number;
  /** Null for the one that there has to be. */
  onRemove: (() => void) | null;
}

function Membership({ form, index, onRemove }: MembershipProps) {
  const { t } = useTranslation();
  const path = `memberships.${index}` as const;
  const { organisation_id: organisation = null, role_id: role = null, product_ids: products = [] } = form.values.memberships[index] ?? {};
  const pickOrganisation = (id: string | null) => {
    form.setFieldValue(`${path}.organisation_id`, id);
    form.setFieldValue(`${path}.role_id`, null);
  };
  return (
    <Stack gap="xs" role="group" aria-label={t('users.new.membership', { number: index + 1 })}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <OrganisationPicker label={t('users.organisation')} required {...form.getInputProps(`${path}.organisation_id`)} value={organisation} onChange={pickOrganisation} />
        <RolePicker
          label={t('users.new.role')}
          required
          organisationId={organisation}
          disabled={organisation === null}
          {...form.getInputProps(`${path}.role_id`)}
          value={role}
        />
        <ProductsPicker label={t('users.new.products')} {...form.getInputProps(`${path}.product_ids`)} value={products} />
        <TextInput type="date" label={t('users.new.lastDay')} {...form.getInputProps(`${path}.expires_at`)} />
      </SimpleGrid>
      {onRemove && (
        <Group justify="flex-end">
          <Button
            size="xs"
            variant="subtle"
            color="red.9"
            aria-label={t('users.new.removeMembership', { number: index + 1 })}
            onClick={onRemove}
          >
            {t('remove')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
