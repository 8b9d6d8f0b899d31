import { Checkbox, Table } from '@mantine/core';
import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import { SortableHeading } from '../../shell/sortable-heading.js';
import { UserStatusBadge } from '../../shell/user-status-badge.js';
import type { Selection } from './use-selection.js';

export interface ListedUser {
  id: string;
  display_name: string;
  email: string;
  user_type: UserType;
  status: UserStatus;
  created_at: string;
}

interface UserTableProps {
  users: ListedUser[];
  sorting: { sort: string; onSort: (sort: string) => void };
  /** Null for whoever may change nobody. */
  selection: Selection | null;
  everybodyRef: RefObject<HTMLInputElement | null>;
}

/** The bar of what can be done stands below the list and must not cover what has the focus. */
const ABOVE_THE_BAR = { scrollMarginBottom: 120 };

export function UserTable({ users, sorting, selection, everybodyRef }: UserTableProps) {
  const { t } = useTranslation();
  const chosen = users.filter(({ id }) => selection?.ids.has(id)).length;
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {selection && (
              <Table.Th w={40}>
                <Checkbox
                  ref={everybodyRef}
                  aria-label={t('users.selectAll')}
                  checked={chosen === users.length}
                  indeterminate={chosen > 0 && chosen < users.length}
                  onChange={(event) => selection.set(event.currentTarget.checked ? users.map(({ id }) => id) : [])}
                />
              </Table.Th>
            )}
            <SortableHeading by="display_name" label={t('users.name')} {...sorting} />
            <SortableHeading by="email" label={t('users.email')} {...sorting} />
            <Table.Th>{t('users.type')}</Table.Th>
            <Table.Th>{t('users.status')}</Table.Th>
            <SortableHeading by="created_at" label={t('users.created')} {...sorting} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} selection={selection} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function UserRow({ user, selection }: { user: ListedUser; selection: Selection | null }) {
  const { t } = useTranslation();
  return (
    <Table.Tr {...(selection?.ids.has(user.id) ? { bg: 'var(--mantine-color-default-hover)' } : {})}>
      {selection && (
        <Table.Td>
          <Checkbox
            aria-label={t('users.select', { name: user.display_name })}
            checked={selection.ids.has(user.id)}
            onChange={(event) => selection.toggle(user.id, event.currentTarget.checked)}
            style={ABOVE_THE_BAR}
          />
        </Table.Td>
      )}
      <Table.Td maw={280} style={{ overflowWrap: 'anywhere' }}>
        <PageAnchor to="/users/$id" params={{ id: user.id }} size="sm" style={ABOVE_THE_BAR}>
          {user.display_name}
        </PageAnchor>
      </Table.Td>
      <Table.Td maw={280} style={{ overflowWrap: 'anywhere' }}>
        {user.email}
      </Table.Td>
      <Table.Td>{t(`type.${user.user_type}`)}</Table.Td>
      <Table.Td>
        <UserStatusBadge status={user.status} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Moment at={user.created_at} isDay />
      </Table.Td>
    </Table.Tr>
  );
}
