import { Group, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUserPage, useUserTotal } from '../../api/user-list.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { UserStatusBadge } from '../../shell/user-status-badge.js';
import { readUserSearch } from '../users/user-search.js';

const SHOWN = 5;

/** The newest of its people; all of them are in the list of users. */
export function OrganisationMembers({ id }: { id: string }) {
  const { t } = useTranslation();
  const members = useUserPage({ organisation_id: id, limit: String(SHOWN), sort: '-created_at' });
  const total = useUserTotal({ organisation_id: id });
  return (
    <Stack gap="xs" component="section">
      <Group gap="xs" align="baseline">
        <Title order={2} size="h4">
          {t('organisations.members')}
        </Title>
        {total !== undefined && <Text c="dimmed">{t('users.count', { count: total })}</Text>}
        <PageAnchor to="/users" search={readUserSearch({ organisation_id: id })} ml="auto">
          {t('organisations.allMembers')}
        </PageAnchor>
      </Group>
      <Loaded of={members} empty={t('organisations.noMembers')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={480}>
            <Table aria-label={t('organisations.members')}>
              <Table.Tbody>
                {items.map((user) => (
                  <Table.Tr key={user.id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      <PageAnchor to="/users/$id" params={{ id: user.id }} inherit>
                        {user.display_name}
                      </PageAnchor>
                    </Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{user.email}</Table.Td>
                    <Table.Td ta="right">
                      <UserStatusBadge status={user.status} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Stack>
  );
}
