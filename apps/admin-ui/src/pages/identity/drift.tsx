import { Button, Card, Group, Select, Stack, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { given } from '../../shell/address.js';
import { Loaded } from '../../shell/loaded.js';
import { NumberedPaging } from '../../shell/paging.js';
import { KINDS, STATES, type DriftItem, type DriftSearch, type Scan } from './drift-search.js';
import { DriftTable } from './drift-table.js';
import { RepairAllDialog } from './repair-all-dialog.js';
import { RepairDialog } from './repair-dialog.js';
import { RepairProgress } from './repair-progress.js';
import { ScanState } from './scan-state.js';

const route = getRouteApi('/identity');
const PER_PAGE = 25;

/** Where the provider and we say something else: found by a scan, repaired one by one or all at once. */
export function Drift({ lastScan }: { lastScan: Scan | null }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { page = 1, repair, ...filter } = search;
  const query = { ...filter, ...finishedOf(lastScan), limit: String(PER_PAGE), offset: String((page - 1) * PER_PAGE) };
  const drift = api.useQuery('get', '/v1/user-management/admin/identity/drift', { params: { query } }, { placeholderData: keepPreviousData });
  const total = drift.data?.total ?? 0;
  const isFiltered = Object.keys(filter).length > 0;
  // Nothing found yet doesn't say that there is nothing.
  const isShown = lastScan?.state === 'finished' || total > 0 || isFiltered;
  return (
    <Card withBorder>
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('identity.drift')}
          </Title>
          {total > 0 && <RepairMany search={search} />}
        </Group>
        <ScanState scan={lastScan} />
        {repair !== undefined && <RepairProgress id={repair} onClose={() => void navigate({ search: given({ ...search, repair: undefined }), replace: true })} />}
        {isShown && (
          <>
            <Filters search={search} />
            <Loaded of={drift} empty={t(isFiltered ? 'identity.noneFits' : 'identity.inStep')} isEmpty={({ items }) => items.length === 0}>
              {({ items }) => <Found items={items} />}
            </Loaded>
            <NumberedPaging page={page} total={total} perPage={PER_PAGE} onTurn={(turned) => void navigate({ search: { ...search, page: turned } })} />
          </>
        )}
      </Stack>
    </Card>
  );
}

/** Named, so that what a new scan has found is asked for when it is over. */
function finishedOf(scan: Scan | null) {
  return scan?.state === 'finished' ? { scan_id: scan.scan_id } : {};
}

function Found({ items }: { items: DriftItem[] }) {
  const [repairing, setRepairing] = useState<DriftItem | null>(null);
  return (
    <>
      <DriftTable items={items} onRepair={setRepairing} />
      <RepairDialog item={repairing} onClose={() => setRepairing(null)} />
    </>
  );
}

function RepairMany({ search }: { search: DriftSearch }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsked(true)}>
        {t('identity.repairMany')}
      </Button>
      <RepairAllDialog
        opened={isAsked}
        kind={search.kind}
        onClose={() => setAsked(false)}
        onStarted={(id) => void navigate({ search: { ...search, repair: id }, replace: true })}
      />
    </>
  );
}

function Filters({ search }: { search: DriftSearch }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const set = (change: { [Name in keyof DriftSearch]?: DriftSearch[Name] | undefined }) =>
    void navigate({ search: given({ ...search, page: undefined, ...change }), replace: true });
  return (
    <Group align="end" grow preventGrowOverflow={false}>
      <Select
        label={t('identity.kind')}
        placeholder={t('all')}
        clearable
        data={KINDS.map((value) => ({ value, label: t(`identity.kinds.${value}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => set({ kind: kind ?? undefined })}
      />
      <Select
        label={t('identity.state')}
        placeholder={t('all')}
        clearable
        data={STATES.map((value) => ({ value, label: t(`identity.itemStates.${value}`) }))}
        value={search.state ?? null}
        onChange={(state) => set({ state: state ?? undefined })}
      />
    </Group>
  );
}
