import { Text } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { useMay } from '../../session/me.js';
import { Loaded } from '../../shell/loaded.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { HolderTable } from './holder-table.js';
import { HOLDERS } from './holder.js';
import { PERMISSIONS } from './permission.js';

const route = getRouteApi('/permissions/$permission');

/** What a permission allows, and who holds it. */
export function PermissionPage() {
  const { permission } = route.useParams();
  const described = api.useQuery('get', `${PERMISSIONS}/{permission}`, { params: { path: { permission } } });
  return (
    <Page title={permission} note={described.data?.service_id}>
      <Loaded of={described}>
        {({ description }) => (
          <>
            <Text style={{ overflowWrap: 'anywhere' }}>{description}</Text>
            <Holders permission={permission} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Holders({ permission }: { permission: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...toPageQuery(search), organisation_id: search.organisation_id };
  const holders = api.useQuery('get', HOLDERS, { params: { path: { permission }, query } }, { placeholderData: keepPreviousData });
  return (
    <>
      {may.anywhere('admin:organisations:read') && (
        <OrganisationPicker
          label={t('permissions.whoCanIn')}
          placeholder={t('all')}
          clearable
          value={search.organisation_id ?? null}
          onChange={(id) => void navigate({ search: id === null ? {} : { organisation_id: id }, replace: true })}
        />
      )}
      <Text c="dimmed" aria-live="polite">
        {holders.data && t('permissions.holders', { count: holders.data.total })}
      </Text>
      <NumberedList of={holders} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('permissions.nobody')}>
        {(items) => <HolderTable holders={items} />}
      </NumberedList>
    </>
  );
}
