import { Group } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { useMay } from '../../session/me.js';
import { PageButton } from '../../shell/links.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { SearchField } from '../../shell/search-field.js';
import { ROLES } from './role.js';
import type { RoleSearch } from './role-search.js';
import { RoleTable } from './role-table.js';

const route = getRouteApi('/roles');

/** The platform's roles and those of the organisations that the administrator may see. */
export function RolesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...toPageQuery(search), organisation_id: search.organisation_id };
  const roles = api.useQuery('get', ROLES, { params: { query } }, { placeholderData: keepPreviousData });
  const filter = (change: RoleSearch) => void navigate({ search: ({ page: _page, ...before }) => ({ ...before, ...change }), replace: true });
  return (
    <Page title={t('pages.roles')} note={roles.data && t('roles.count', { count: roles.data.total })} actions={<Actions />}>
      <Group align="end" grow preventGrowOverflow={false}>
        <SearchField value={search.search} onSearch={(text) => filter({ search: text })} />
        {may.anywhere('admin:organisations:read') && (
          <OrganisationPicker
            label={t('roles.usableIn')}
            placeholder={t('all')}
            clearable
            value={search.organisation_id ?? null}
            onChange={(id) => filter({ organisation_id: id ?? undefined })}
          />
        )}
      </Group>
      <NumberedList of={roles} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('roles.empty')}>
        {(items) => <RoleTable roles={items} />}
      </NumberedList>
    </Page>
  );
}

function Actions() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <>
      <PageButton to="/roles/compare" variant="default">
        {t('roles.compare.action')}
      </PageButton>
      {may.anywhere('admin:roles:write') && <PageButton to="/roles/new">{t('roles.new.title')}</PageButton>}
    </>
  );
}
