import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { PageButton } from '../../shell/links.js';
import { Page } from '../../shell/page.js';
import { refusedFields } from '../../shell/refused-fields.js';
import { tell } from '../../shell/tell.js';
import { Trouble } from '../../shell/trouble.js';
import { keyFrom } from './key-from.js';
import { OwnerPicker, useOnlyOwner } from './owner-picker.js';
import { PermissionPicker } from './permission-picker.js';
import { ROLES } from './role.js';

/** A role of the administrator's own making. */
export function NewRolePage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const { form, isKeyTyped, setKeyTyped } = useNewRole();
  const create = api.useMutation('post', ROLES, {
    onSuccess: ({ id, name }) => {
      tell(t('roles.new.done', { name }));
      void navigate({ to: '/roles/$id', params: { id } });
    },
    onError: (error: unknown) => form.setErrors(refusedFields(error, { 'role.key_taken': 'key' }, (code) => t(`errors.codes.${code}`))),
  });
  const { organisation_id: owner } = form.values;
  const mayGive = (permission: string) => may.platformAdmin || (owner !== null && may.in(permission, owner));
  return (
    <Page title={t('roles.new.title')}>
      <form noValidate onSubmit={form.onSubmit((role) => create.mutate({ body: role }))}>
        <Stack>
          <OwnerPicker {...form.getInputProps('organisation_id')} />
          <Group align="start" grow preventGrowOverflow={false}>
            <TextInput
              label={t('roles.name')}
              required
              maxLength={200}
              {...form.getInputProps('name')}
              onChange={(event) => {
                form.setFieldValue('name', event.currentTarget.value);
                if (!isKeyTyped) form.setFieldValue('key', keyFrom(event.currentTarget.value));
              }}
            />
            <TextInput
              label={t('roles.key')}
              description={t('roles.new.key')}
              required
              maxLength={64}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              {...form.getInputProps('key')}
              onChange={(event) => {
                setKeyTyped(true);
                form.setFieldValue('key', event.currentTarget.value);
              }}
            />
          </Group>
          <Textarea label={t('roles.description')} maxLength={500} autosize minRows={2} {...form.getInputProps('description')} />
          <PermissionPicker mayGive={mayGive} {...form.getInputProps('permissions')} />
          {create.error !== null && <Trouble error={create.error} fields={form.values} />}
          <Group justify="flex-end">
            <PageButton to="/roles" variant="default">
              {t('cancel')}
            </PageButton>
            <Button type="submit" loading={create.isPending}>
              {t('roles.new.action')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function useNewRole() {
  const { t } = useTranslation();
  const may = useMay();
  const [isKeyTyped, setKeyTyped] = useState(false);
  const required = (value: string | null) => (value === null || value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: { organisation_id: useOnlyOwner(), key: '', name: '', description: '', permissions: [] as string[] },
    validate: { name: required, key: required, organisation_id: (owner) => (may.platformAdmin ? null : required(owner)) },
  });
  return { form, isKeyTyped, setKeyTyped };
}
