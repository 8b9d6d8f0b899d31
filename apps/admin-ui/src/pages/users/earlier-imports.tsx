import { Stack, Table, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { NumberedPaging } from '../../shell/paging.js';
import { isOver, POLL_MS } from './import-view.js';

const PER_PAGE = 10;
const route = getRouteApi('/users/import');

/** The administrator's own; a platform administrator's are everybody's. */
export function EarlierImports({ shown }: { shown: string | undefined }) {
  const { t } = useTranslation();
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const query = { limit: String(PER_PAGE), offset: String((page - 1) * PER_PAGE) };
  const imports = api.useQuery(
    'get',
    '/v1/user-management/admin/imports',
    { params: { query } },
    { placeholderData: keepPreviousData, refetchInterval: ({ state: { data } }) => (data?.items.every(isOver) === false ? POLL_MS : false) },
  );
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('users.import.earlier')}
      </Title>
      <Loaded of={imports} empty={t('users.import.noEarlier')} isEmpty={({ total }) => total === 0}>
        {({ items, total }) => (
          <>
            <Table.ScrollContainer minWidth={560}>
              <Table fz="sm" aria-label={t('users.import.earlier')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('users.import.when')}</Table.Th>
                    <Table.Th>{t('users.import.kind')}</Table.Th>
                    <Table.Th>{t('users.status')}</Table.Th>
                    <Table.Th ta="right">{t('users.import.counts.rows')}</Table.Th>
                    <Table.Th ta="right">{t('users.import.counts.failed')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((one) => (
                    <Table.Tr key={one.import_id} aria-current={one.import_id === shown || undefined}>
                      <Table.Td>
                        <PageAnchor size="sm" to="/users/import" search={{ import: one.import_id, ...(page > 1 ? { page } : {}) }}>
                          <Moment at={one.created_at} />
                        </PageAnchor>
                      </Table.Td>
                      <Table.Td>{t(one.dry_run ? 'users.import.dryRun.kind' : 'users.import.real.kind')}</Table.Td>
                      <Table.Td>{t(`users.import.stateNames.${one.state}`)}</Table.Td>
                      <Table.Td ta="right">{t('users.number', { value: one.rows })}</Table.Td>
                      <Table.Td ta="right">{t('users.number', { value: one.failed })}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <NumberedPaging page={page} total={total} perPage={PER_PAGE} onTurn={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}
