import { Badge, Group, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageAnchor } from '../../shell/links.js';
import { readUserSearch } from '../users/user-search.js';
import { typeOf, type Role } from './role.js';

const WRAPPED = { overflowWrap: 'anywhere' } as const;

/** Roles with how much they permit and how many hold them. */
export function RoleTable({ roles }: { roles: Role[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="45%">{t('roles.role')}</Table.Th>
            <Table.Th w="25%">{t('roles.organisation')}</Table.Th>
            <Table.Th ta="right">{t('roles.permissions')}</Table.Th>
            <Table.Th ta="right">{t('roles.members')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roles.map((role) => (
            <Table.Tr key={role.id}>
              <Table.Td style={WRAPPED}>
                <Group gap="xs">
                  <PageAnchor to="/roles/$id" params={{ id: role.id }} inherit>
                    {role.name}
                  </PageAnchor>
                  {role.is_system && <SystemBadge />}
                </Group>
                <Text size="xs" c="dimmed" ff="monospace">
                  {role.key}
                </Text>
              </Table.Td>
              <Table.Td style={WRAPPED}>{role.organisation_name ?? <Text c="dimmed" inherit>{t('roles.everywhere')}</Text>}</Table.Td>
              <Table.Td ta="right">{role.permissions.length.toLocaleString(i18n.language)}</Table.Td>
              <Table.Td ta="right">
                <Members of={role} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function SystemBadge() {
  const { t } = useTranslation();
  return (
    <Badge variant="default" tt="none" fw={500} title={t('roles.systemMeans')}>
      {t('roles.system')}
    </Badge>
  );
}

/** How many hold the role; a type's own role is held by everybody of that type. */
export function Members({ of: role }: { of: Role }) {
  const { t, i18n } = useTranslation();
  const type = typeOf(role);
  if (type === null) return role.member_count.toLocaleString(i18n.language);
  return (
    <PageAnchor to="/users" search={readUserSearch({ user_type: type })} inherit>
      {t('roles.everybodyOfType')}
    </PageAnchor>
  );
}
