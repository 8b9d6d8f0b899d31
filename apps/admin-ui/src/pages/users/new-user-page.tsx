import { Button, Group, Stack, Text } from '@mantine/core';
import type { UserType } from '@sa-platform/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '../../session/me.js';
import { PageButton } from '../../shell/links.js';
import { Page } from '../../shell/page.js';
import { tell } from '../../shell/tell.js';
import { Trouble } from '../../shell/trouble.js';
import { Waiting } from '../../shell/waiting.js';
import { useCreatableTypes } from './creatable-types.js';
import { CreatedUserView } from './created-user.js';
import { MembershipFields } from './membership-fields.js';
import { emptyMembership, emptyUser } from './new-user.js';
import { DeliveryFields, PersonFields } from './person-fields.js';
import { useNewUser, type CreatedUser } from './use-new-user.js';

const WRITE = 'admin:users:write';
const USUAL: UserType = 'user';

export function NewUserPage() {
  const { t } = useTranslation();
  const may = useMay();
  return <Page title={t('users.new.title')}>{may.anywhere(WRITE) ? <NewUser /> : <Text c="dimmed">{t('users.mayNot')}</Text>}</Page>;
}

function NewUser() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const types = useCreatableTypes(me.data?.permissions ?? []);
  const [created, setCreated] = useState<CreatedUser | null>(null);
  const onCreated = (user: CreatedUser, isPasswordWanted: boolean) => {
    if (isPasswordWanted) {
      setCreated(user);
      return;
    }
    tell(t('users.new.added', { name: user.display_name }));
    void navigate({ to: '/users/$id', params: { id: user.id } });
  };
  if (created) return <CreatedUserView user={created} onAnother={() => setCreated(null)} />;
  return types === undefined ? <Waiting /> : <NewUserForm types={types} onCreated={onCreated} />;
}

interface NewUserFormProps {
  types: UserType[];
  onCreated: (user: CreatedUser, isPasswordWanted: boolean) => void;
}

function NewUserForm({ types, onCreated }: NewUserFormProps) {
  const { t } = useTranslation();
  const own = useOwnOrganisations();
  const isMembershipRequired = own !== null;
  const organisationId = own?.length === 1 ? (own[0] ?? null) : null;
  const initial = emptyUser(types.includes(USUAL) ? USUAL : (types[0] ?? USUAL), isMembershipRequired ? [emptyMembership(organisationId)] : []);
  const { form, isPending, error, submit } = useNewUser(initial, (user) => onCreated(user, form.values.provisioning.delivery === 'temporary_password'));
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={720}>
        <PersonFields form={form} types={types} />
        <MembershipFields form={form} organisationId={organisationId} isRequired={isMembershipRequired} />
        <DeliveryFields form={form} />
        {error && <Trouble error={error} />}
        <Group>
          <Button type="submit" loading={isPending}>
            {t('users.new.create')}
          </Button>
          <PageButton to="/users" variant="default">
            {t('cancel')}
          </PageButton>
        </Group>
      </Stack>
    </form>
  );
}

/** The organisations that the administrator's authority ends at; null when it doesn't. */
function useOwnOrganisations(): string[] | null {
  const { platformAdmin } = useMay();
  const { data: me } = useMe();
  if (platformAdmin || !me || me.permissions.includes(WRITE)) return null;
  const own = me.memberships.filter(({ permissions }) => permissions.includes(WRITE));
  return [...new Set(own.map(({ organisation_id: id }) => id))];
}
