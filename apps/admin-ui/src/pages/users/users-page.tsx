import { Group, Select, Table } from '@mantine/core';
import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { Page } from '../../shell/page.js';
import { CursorPaging } from '../../shell/paging.js';
import { SearchField } from '../../shell/search-field.js';
import { SortableHeading } from '../../shell/sortable-heading.js';
import { UserStatusBadge } from '../../shell/user-status-badge.js';
import type { Sort, UserSearch } from './user-search.js';

const route = getRouteApi('/users');
const NEWEST_FIRST: Sort = '-created_at';

/** Everybody the administrator may see, by the filters that stand in the address. */
export function UsersPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const users = api.useQuery('get', '/v1/user-management/admin/users', { params: { query: search } }, { placeholderData: keepPreviousData });
  const sorting = {
    sort: search.sort ?? NEWEST_FIRST,
    onSort: (sort: string) => void navigate({ search: ({ cursor: _cursor, ...before }) => ({ ...before, sort: sort as Sort }), replace: true }),
  };
  return (
    <Page title={t('users.title')} note={users.data && t('users.count', { count: users.data.total })}>
      <Filters search={search} />
      <Loaded of={users} empty={t('users.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={640}>
            <Table highlightOnHover verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <SortableHeading by="display_name" label={t('users.name')} {...sorting} />
                  <SortableHeading by="email" label={t('users.email')} {...sorting} />
                  <Table.Th>{t('users.type')}</Table.Th>
                  <Table.Th>{t('users.status')}</Table.Th>
                  <SortableHeading by="created_at" label={t('users.created')} {...sorting} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((user) => (
                  <Table.Tr key={user.id}>
                    <Table.Td>
                      <PageAnchor to="/users/$id" params={{ id: user.id }}>
                        {user.display_name}
                      </PageAnchor>
                    </Table.Td>
                    <Table.Td>{user.email}</Table.Td>
                    <Table.Td>{t(`type.${user.user_type}`)}</Table.Td>
                    <Table.Td>
                      <UserStatusBadge status={user.status} />
                    </Table.Td>
                    <Table.Td>
                      <Moment at={user.created_at} isDay />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      <CursorPaging cursor={search.cursor} next={users.data?.next_cursor ?? null} />
    </Page>
  );
}

function Filters({ search }: { search: UserSearch }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const set = (change: Partial<Record<keyof UserSearch, string | undefined>>) =>
    void navigate({ search: ({ cursor: _cursor, ...before }) => ({ ...before, ...change }) as UserSearch, replace: true });
  return (
    <Group align="end" grow preventGrowOverflow={false}>
      <SearchField value={search.search} onSearch={(text) => set({ search: text })} />
      <Select
        label={t('users.status')}
        placeholder={t('all')}
        clearable
        data={USER_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={search.status ?? null}
        onChange={(status) => set({ status: status ?? undefined })}
      />
      <Select
        label={t('users.type')}
        placeholder={t('all')}
        clearable
        data={USER_TYPES.map((value) => ({ value, label: t(`type.${value}`) }))}
        value={search.user_type ?? null}
        onChange={(userType) => set({ user_type: userType ?? undefined })}
      />
    </Group>
  );
}
