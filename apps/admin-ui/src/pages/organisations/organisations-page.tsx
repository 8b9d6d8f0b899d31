import { Table } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { PlatformCreation } from '../../shell/platform-creation.js';
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
      actions={<PlatformCreation label={t('organisations.new.title')} form={NewOrganisation} />}
    >
      <SearchField
        description={t('organisations.searchHint')}
        value={search.search}
        onSearch={(text) => void navigate({ search: text === undefined ? {} : { search: text }, replace: true })}
      />
      <NumberedList of={organisations} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('organisations.empty')}>
        {(items) => <Organisations of={items} />}
      </NumberedList>
    </Page>
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
