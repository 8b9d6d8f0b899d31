import { Button, Group, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/me.js';
import { Facts } from '../../shell/facts.js';
import { PageAnchor, PageButton } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import { Page } from '../../shell/page.js';
import { PermissionList } from '../permissions/permission-list.js';
import { DeleteRole } from './delete-role.js';
import { mayShape, type Role } from './role.js';
import { Members, SystemBadge } from './role-table.js';

interface ShownRoleProps {
  role: Role;
  version: string;
  changeRef: Ref<HTMLAnchorElement>;
}

export function ShownRole({ role, version, changeRef }: ShownRoleProps) {
  const { t } = useTranslation();
  return (
    <Page title={role.name} note={role.is_system ? <SystemBadge /> : undefined} actions={<Actions role={role} version={version} changeRef={changeRef} />}>
      {role.description !== '' && <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{role.description}</Text>}
      <Facts
        facts={[
          [t('roles.key'), role.key],
          [t('roles.organisation'), <Owner key="owner" of={role} />],
          [t('roles.members'), <Members key="members" of={role} />],
          [t('roles.changed'), <Moment key="changed" at={role.updated_at} />],
        ]}
      />
      <Group gap="xs" align="baseline">
        <Title order={2} size="h4">
          {t('roles.permissions')}
        </Title>
        <Text c="dimmed">{role.permissions.length}</Text>
      </Group>
      {role.permissions.length === 0 ? <Text c="dimmed">{t('roles.permitsNothing')}</Text> : <PermissionList permissions={role.permissions} />}
    </Page>
  );
}

function Owner({ of: { organisation_id: id, organisation_name: name } }: { of: Role }) {
  const { t } = useTranslation();
  const may = useMay();
  if (id === null) return t('roles.everywhere');
  if (!may.in('admin:organisations:read', id)) return name;
  return (
    <PageAnchor to="/organisations/$id" params={{ id }} inherit>
      {name}
    </PageAnchor>
  );
}

function Actions({ role, version, changeRef }: ShownRoleProps) {
  const { t } = useTranslation();
  const may = useMay();
  const [isDeleting, { open, close }] = useDisclosure();
  return (
    <>
      <PageButton to="/roles/compare" search={{ a: role.id }} variant="default">
        {t('roles.compare.with')}
      </PageButton>
      {mayShape(may, role) && !role.is_system && (
        <Button variant="default" onClick={open}>
          {t('roles.delete.action')}
        </Button>
      )}
      {mayShape(may, role) && (
        <PageButton to="/roles/$id" params={{ id: role.id }} search={{ edit: true }} ref={changeRef}>
          {t('edit')}
        </PageButton>
      )}
      <DeleteRole role={role} version={version} opened={isDeleting} onClose={close} />
    </>
  );
}
