import { Group, Table } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { SearchField } from '../../shell/search-field.js';
import { PermissionAnchor } from './permission-list.js';
import { PERMISSIONS, type Permission } from './permission.js';
import type { PermissionSearch } from './permission-search.js';
import { ServicePicker } from './service-picker.js';

const route = getRouteApi('/permissions');

/** All that services have registered. */
export function PermissionsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...toPageQuery(search), service_id: search.service_id };
  const permissions = api.useQuery('get', PERMISSIONS, { params: { query } }, { placeholderData: keepPreviousData });
  const filter = (change: PermissionSearch) => void navigate({ search: ({ page: _page, ...before }) => ({ ...before, ...change }), replace: true });
  return (
    <Page title={t('pages.permissions')} note={permissions.data && t('permissions.count', { count: permissions.data.total })}>
      <Group align="end" grow preventGrowOverflow={false}>
        <SearchField value={search.search} onSearch={(text) => filter({ search: text })} />
        <ServicePicker
          label={t('permissions.service')}
          placeholder={t('all')}
          clearable
          value={search.service_id ?? null}
          onChange={(service) => filter({ service_id: service ?? undefined })}
        />
      </Group>
      <NumberedList of={permissions} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('permissions.empty')}>
        {(items) => <Permissions of={items} />}
      </NumberedList>
    </Page>
  );
}

function Permissions({ of: permissions }: { of: Permission[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">{t('permissions.permission')}</Table.Th>
            <Table.Th>{t('permissions.description')}</Table.Th>
            <Table.Th w="20%">{t('permissions.service')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {permissions.map(({ permission, description, service_id: service }) => (
            <Table.Tr key={permission}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <PermissionAnchor permission={permission} />
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{description}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{service}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
