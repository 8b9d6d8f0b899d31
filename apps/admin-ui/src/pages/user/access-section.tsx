import { Alert, Stack, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import type { paths } from '../../api/generated/service.js';
import { Loaded } from '../../shell/loaded.js';
import { NumberedPaging } from '../../shell/paging.js';
import { SearchField } from '../../shell/search-field.js';
import { AccessSource } from './access-source.js';
import type { UserPageSearch } from './user-search.js';

const PATH = '/v1/user-management/admin/users/{id}/access';
type Access = paths[typeof PATH]['get']['responses'][200]['content']['application/json'];

const route = getRouteApi('/users/$id');
const PER_PAGE = 25;

/** Why the user may do what they may do: each permission with all that it comes from. */
export function AccessSection({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { search, page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const access = api.useQuery('get', PATH, { params: { path: { id: userId } } });
  const show = (change: Pick<UserPageSearch, 'search' | 'page'>) => void navigate({ search: { section: 'access', ...change }, replace: true });
  return (
    <Stack>
      <SearchField maw={400} value={search} onSearch={(text) => show(text === undefined ? {} : { search: text })} />
      <Loaded of={access} empty={t('user.noPermissions')} isEmpty={({ permissions }) => permissions.length === 0}>
        {(data) => (
          <Explained
            access={data}
            search={search ?? ''}
            page={page}
            onTurn={(number) => show({ ...(search === undefined ? {} : { search }), ...(number === 1 ? {} : { page: number }) })}
          />
        )}
      </Loaded>
    </Stack>
  );
}

interface ExplainedProps {
  access: Access;
  search: string;
  page: number;
  onTurn: (page: number) => void;
}

function Explained({ access, search, page, onTurn }: ExplainedProps) {
  const { t } = useTranslation();
  const word = search.toLowerCase();
  const found = access.permissions.filter(({ permission, sources }) => permission.includes(word) || sources.some((source) => namesOf(source).includes(word)));
  return (
    <>
      {!access.is_effective && <Alert color="yellow">{t('user.notEffective')}</Alert>}
      <Text size="sm" c="dimmed" role="status">
        {t('user.permissionCount', { count: found.length })}
      </Text>
      <Table verticalSpacing="sm" layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('user.permission')}</Table.Th>
            <Table.Th>{t('user.from')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
          {found.slice((page - 1) * PER_PAGE, page * PER_PAGE).map(({ permission, sources }) => (
            <Table.Tr key={permission}>
              <Table.Td>{permission}</Table.Td>
              <Table.Td>
                {sources.map((source) => (
                  <AccessSource key={`${source.kind} ${source.membership_id ?? ''}`} source={source} isUserEffective={access.is_effective} />
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <NumberedPaging page={page} total={found.length} perPage={PER_PAGE} onTurn={onTurn} />
    </>
  );
}

type Source = Access['permissions'][number]['sources'][number];

function namesOf({ role, organisation_name: organisation }: Source): string {
  return `${role?.name ?? ''} ${role?.key ?? ''} ${organisation ?? ''}`.toLowerCase();
}
