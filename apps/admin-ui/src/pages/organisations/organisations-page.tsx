import { Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { PER_PAGE, toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { NumberedPaging } from '../../shell/paging.js';
import { SearchField } from '../../shell/search-field.js';
import { NewOrganisation } from './new-organisation.js';
import { ORGANISATIONS, type Organisation } from './organisation.js';

const route = getRouteApi('/organisations');

/** The organisations that the administrator may see. */
export function OrganisationsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const organisations = api.useQuery('get', ORGANISATIONS, { params: { query: toPageQuery(search) } }, { placeholderData: keepPreviousData });
  return (
    <Page
      title={t('pages.organisations')}
      note={organisations.data && t('organisations.count', { count: organisations.data.total })}
      actions={<Create />}
    >
      <SearchField
        description={t('organisations.searchHint')}
        value={search.search}
        onSearch={(text) => void navigate({ search: text === undefined ? {} : { search: text }, replace: true })}
      />
      <Loaded of={organisations} empty={t('organisations.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <Organisations of={items} />}
      </Loaded>
      <NumberedPaging
        page={search.page ?? 1}
        total={organisations.data?.total ?? 0}
        perPage={PER_PAGE}
        onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })}
      />
    </Page>
  );
}

/** Organisations are the platform's to make. */
function Create() {
  const { t } = useTranslation();
  const may = useMay();
  const [isOpen, { open, close }] = useDisclosure();
  if (!may.platformAdmin) return null;
  return (
    <>
      <Button onClick={open}>{t('organisations.new.title')}</Button>
      <NewOrganisation opened={isOpen} onClose={close} />
    </>
  );
}

function Organisations({ of: organisations }: { of: Organisation[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="50%">{t('organisations.name')}</Table.Th>
            <Table.Th w="30%">{t('organisations.id')}</Table.Th>
            <Table.Th>{t('organisations.created')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {organisations.map(({ id, name, created_at: createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <PageAnchor to="/organisations/$id" params={{ id }} inherit>
                  {name}
                </PageAnchor>
              </Table.Td>
              <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
                {id}
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Moment at={createdAt} isDay />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
