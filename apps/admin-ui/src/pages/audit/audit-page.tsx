import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { given } from '../../shell/address.js';
import { Loaded } from '../../shell/loaded.js';
import { NoSuchPage } from '../../shell/no-such-page.js';
import { Page } from '../../shell/page.js';
import { CursorPaging } from '../../shell/paging.js';
import { useMay } from '../../session/me.js';
import { AuditExport } from './audit-export.js';
import { AuditFilters } from './audit-filters.js';
import type { AuditFilter } from './audit-search.js';
import { AuditTable } from './audit-table.js';
import { Verification } from './verification.js';

const route = getRouteApi('/audit');

/** Who did what to whom, the newest first, by the filters that stand in the address. */
export function AuditPage() {
  const may = useMay();
  return may.anywhere('admin:audit:read') ? <Trail /> : <NoSuchPage />;
}

function Trail() {
  const { t } = useTranslation();
  const { cursor, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...filter, ...given({ cursor }) };
  const entries = api.useQuery('get', '/v1/user-management/admin/audit', { params: { query } }, { placeholderData: keepPreviousData });
  // Fields that are typed into are filled anew when a filter is set by something else.
  const [filling, setFilling] = useState(0);
  const change = (fields: { [Name in keyof AuditFilter]?: AuditFilter[Name] | undefined }) => void navigate({ search: given({ ...filter, ...fields }) as AuditFilter, replace: true });
  const replaceBy = (fields: AuditFilter) => {
    setFilling(filling + 1);
    void navigate({ search: fields });
  };
  return (
    <Page
      title={t('audit.title')}
      actions={
        <Group gap="xs">
          <Verification scope={given({ organisation_id: filter.organisation_id, scope: filter.scope })} />
          <AuditExport filter={filter} />
        </Group>
      }
    >
      <AuditFilters key={filling} filter={filter} onChange={change} onClear={() => replaceBy({})} />
      <Loaded of={entries} empty={t('audit.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <AuditTable entries={items} onFilter={(fields) => replaceBy({ ...filter, ...fields })} />}
      </Loaded>
      <CursorPaging cursor={cursor} next={entries.data?.next_cursor ?? null} />
    </Page>
  );
}
