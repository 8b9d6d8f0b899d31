import { Button } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';
import { NoSuchPage } from '../../shell/no-such-page.js';
import { Page } from '../../shell/page.js';
import { CursorPaging } from '../../shell/paging.js';
import { SearchField } from '../../shell/search-field.js';
import { useMay } from '../../session/me.js';
import type { PendingUser } from './approval-search.js';
import { ApproveDialog } from './approve-dialog.js';
import { BulkAnswers, type Decided } from './bulk-answers.js';
import { PendingTable } from './pending-table.js';
import { RejectDialog } from './reject-dialog.js';

const route = getRouteApi('/approvals');

/** Who waits, whoever came first at the top. */
export function ApprovalsPage() {
  const may = useMay();
  return may.anywhere('admin:users:write') ? <Queue /> : <NoSuchPage />;
}

function Queue() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pending = api.useQuery('get', '/v1/user-management/admin/users/pending', { params: { query: search } }, { placeholderData: keepPreviousData });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [approving, setApproving] = useState<PendingUser[] | null>(null);
  const [rejecting, setRejecting] = useState<PendingUser | null>(null);
  const [decided, setDecided] = useState<Decided[] | null>(null);
  const chosen = (pending.data?.items ?? []).filter(({ id }) => selected.has(id));
  return (
    <Page
      title={t('approvals.title')}
      note={pending.data && t('approvals.count', { count: pending.data.total })}
      actions={chosen.length > 0 && <Button onClick={() => setApproving(chosen)}>{t('approvals.approveMany', { count: chosen.length })}</Button>}
    >
      <SearchField value={search.search} onSearch={(text) => void navigate({ search: text === undefined ? {} : { search: text }, replace: true })} maw={400} />
      {decided && <BulkAnswers decided={decided} onClose={() => setDecided(null)} />}
      <Loaded of={pending} empty={t(search.search === undefined ? 'approvals.nobody' : 'approvals.nobodyFits')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <PendingTable users={items} selected={selected} onSelect={setSelected} onApprove={(user) => setApproving([user])} onReject={setRejecting} />
        )}
      </Loaded>
      <CursorPaging cursor={search.cursor} next={pending.data?.next_cursor ?? null} />
      <ApproveDialog users={approving} onClose={() => setApproving(null)} onDecided={setDecided} />
      <RejectDialog user={rejecting} onClose={() => setRejecting(null)} />
    </Page>
  );
}
