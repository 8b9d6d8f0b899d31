import { Badge, Button, Group, Select, Stack, Table, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Trouble } from '../../shell/trouble.js';
import { Waiting } from '../../shell/waiting.js';
import type { Sort, UserSearch } from './user-search.js';

const route = getRouteApi('/users');
const TYPED_MS = 200;
const STATUS_COLOURS = { pending: 'yellow', active: 'teal', suspended: 'orange', deactivated: 'gray' } as const;

/** Everybody the administrator may see, by the filters that stand in the address. */
export function UsersPage() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const users = api.useQuery('get', '/v1/user-management/admin/users', { params: { query: search } }, { placeholderData: keepPreviousData });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('users.title')}
        </Title>
        {users.data && <Text c="dimmed">{t('users.count', { count: users.data.total })}</Text>}
      </Group>
      <Filters search={search} />
      {users.error && <Trouble error={users.error} onRetry={() => void users.refetch()} />}
      {!users.data && !users.error && <Waiting />}
      {users.data?.items.length === 0 && <Text c="dimmed">{t('users.empty')}</Text>}
      {users.data && users.data.items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Heading by="display_name" search={search} label={t('users.name')} />
                <Heading by="email" search={search} label={t('users.email')} />
                <Table.Th>{t('users.type')}</Table.Th>
                <Table.Th>{t('users.status')}</Table.Th>
                <Heading by="created_at" search={search} label={t('users.created')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.data.items.map((user) => (
                <Table.Tr key={user.id}>
                  <Table.Td>{user.display_name}</Table.Td>
                  <Table.Td>{user.email}</Table.Td>
                  <Table.Td>{t(`type.${user.user_type}`)}</Table.Td>
                  <Table.Td>
                    <Badge variant="dot" tt="none" fw={500} color={STATUS_COLOURS[user.status]}>
                      {t(`status.${user.status}`)}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{new Date(user.created_at).toLocaleDateString(i18n.language)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Paging search={search} next={users.data?.next_cursor ?? null} />
    </Stack>
  );
}

function Filters({ search }: { search: UserSearch }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const set = (change: Partial<Record<keyof UserSearch, string | undefined>>) =>
    void navigate({ search: ({ cursor: _cursor, ...before }) => ({ ...before, ...change }) as UserSearch, replace: true });
  const type = useDebouncedCallback((text: string) => set({ search: text || undefined }), TYPED_MS);
  return (
    <Group align="end" grow preventGrowOverflow={false}>
      <TextInput type="search" label={t('search')} defaultValue={search.search ?? ''} onChange={(event) => type(event.currentTarget.value)} />
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

function Heading({ by, search, label }: { by: 'display_name' | 'email' | 'created_at'; search: UserSearch; label: string }) {
  const navigate = route.useNavigate();
  const current = search.sort ?? '-created_at';
  const isAscending = current === by;
  const isDescending = current === `-${by}`;
  const next: Sort = isAscending ? `-${by}` : by;
  return (
    <Table.Th aria-sort={isAscending ? 'ascending' : isDescending ? 'descending' : 'none'}>
      <UnstyledButton
        fw={600}
        fz="sm"
        onClick={() => void navigate({ search: ({ cursor: _cursor, ...before }) => ({ ...before, sort: next }), replace: true })}
      >
        {label} <span aria-hidden>{isAscending ? '↑' : isDescending ? '↓' : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
}

function Paging({ search, next }: { search: UserSearch; next: string | null }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const trail = useLocation({ select: ({ state }) => state.trail ?? [] });
  const { cursor, ...first } = search;
  if (next === null && cursor === undefined) return null;
  const turnTo = (page: string | null, pagesBefore: (string | null)[]) =>
    void navigate({ search: page === null ? first : { ...first, cursor: page }, state: { trail: pagesBefore } });
  return (
    <Group justify="flex-end">
      <Button variant="default" disabled={cursor === undefined} onClick={() => turnTo(trail.at(-1) ?? null, trail.slice(0, -1))}>
        {t('users.previous')}
      </Button>
      <Button variant="default" disabled={next === null} onClick={() => turnTo(next, [...trail, cursor ?? null])}>
        {t('users.next')}
      </Button>
    </Group>
  );
}
