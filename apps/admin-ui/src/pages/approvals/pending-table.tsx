import { Button, Checkbox, Group, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import { useMay } from '../../session/me.js';
import type { PendingUser } from './approval-search.js';

interface PendingTableProps {
  users: PendingUser[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onApprove: (user: PendingUser) => void;
  onReject: (user: PendingUser) => void;
}

export function PendingTable({ users, selected, onSelect, ...actions }: PendingTableProps) {
  const { t } = useTranslation();
  const mayDecide = useMayDecide();
  const decidable = users.filter(mayDecide);
  const chosen = decidable.filter(({ id }) => selected.has(id)).length;
  const toggle = (id: string, isChosen: boolean) => onSelect(new Set(isChosen ? [...selected, id] : [...selected].filter((other) => other !== id)));
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={40}>
              {decidable.length > 0 && (
                <Checkbox
                  aria-label={t('approvals.selectAll')}
                  checked={chosen === decidable.length}
                  indeterminate={chosen > 0 && chosen < decidable.length}
                  onChange={(event) => onSelect(new Set(event.currentTarget.checked ? decidable.map(({ id }) => id) : []))}
                />
              )}
            </Table.Th>
            <Table.Th>{t('approvals.name')}</Table.Th>
            <Table.Th>{t('approvals.email')}</Table.Th>
            <Table.Th>{t('approvals.since')}</Table.Th>
            <Table.Th aria-label={t('approvals.actions')} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id}>
              <Table.Td>
                {mayDecide(user) && (
                  <Checkbox
                    aria-label={t('approvals.select', { name: user.display_name })}
                    checked={selected.has(user.id)}
                    onChange={(event) => toggle(user.id, event.currentTarget.checked)}
                  />
                )}
              </Table.Td>
              <PersonCells user={user} />
              <Table.Td>{mayDecide(user) && <RowActions user={user} {...actions} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PersonCells({ user }: { user: PendingUser }) {
  return (
    <>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <PageAnchor to="/users/$id" params={{ id: user.id }} size="sm">
          {user.display_name}
        </PageAnchor>
        {user.memberships.map(({ membership_id: id, organisation_name: organisation, role }) => (
          <Text key={id} size="xs" c="dimmed">
            {organisation}, {role.name}
          </Text>
        ))}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{user.email}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Moment at={user.created_at} />
      </Table.Td>
    </>
  );
}

function RowActions({ user, onApprove, onReject }: Pick<PendingTableProps, 'onApprove' | 'onReject'> & { user: PendingUser }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button size="xs" variant="default" aria-label={t('approvals.approveOne', { name: user.display_name })} onClick={() => onApprove(user)}>
        {t('approvals.approve')}
      </Button>
      <Button size="xs" variant="subtle" color="gray" c="var(--mantine-color-text)" aria-label={t('approvals.rejectOne', { name: user.display_name })} onClick={() => onReject(user)}>
        {t('approvals.reject')}
      </Button>
    </Group>
  );
}

/** Whom one sees is not whom one may let in: the right to it may be held in another organisation. */
function useMayDecide(): (user: PendingUser) => boolean {
  const may = useMay();
  return (user) => may.platformAdmin || user.memberships.some(({ organisation_id: id }) => may.in('admin:users:write', id));
}
