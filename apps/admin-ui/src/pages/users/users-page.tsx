import { Button, Loader } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserPage, useUserTotal } from '../../api/user-list.js';
import { useActing } from '../../session/acting.js';
import { useMay } from '../../session/me.js';
import { PageButton } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { CursorPaging } from '../../shell/paging.js';
import { tell } from '../../shell/tell.js';
import { Trouble } from '../../shell/trouble.js';
import { BulkBar } from './bulk-bar.js';
import { useExport } from './use-export.js';
import { UserFilters } from './user-filters.js';
import type { Sort } from './user-search.js';
import { UserTable } from './user-table.js';
import { useSelection } from './use-selection.js';

const route = getRouteApi('/users');
const NEWEST_FIRST: Sort = '-created_at';

/** Everybody the administrator may see, by the filters that stand in the address. */
export function UsersPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay().anywhere('admin:users:write');
  const { cursor, sort, ...filter } = search;
  const users = useUserPage(search);
  const total = useUserTotal(filter);
  const selection = useSelection(JSON.stringify(search));
  const everybodyRef = useRef<HTMLInputElement>(null);
  const exporting = useExport(search);
  const sorting = {
    sort: sort ?? NEWEST_FIRST,
    onSort: (by: string) => void navigate({ search: { ...filter, sort: by as Sort }, replace: true }),
  };
  const clear = () => {
    selection.set([]);
    everybodyRef.current?.focus();
  };
  return (
    <Page title={t('users.title')} note={total !== undefined && t('users.count', { count: total })} actions={<Actions mayWrite={mayWrite} exporting={exporting} />}>
      {exporting.error && <Trouble error={exporting.error} />}
      <UserFilters search={search} />
      <Loaded of={users} empty={t('users.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <UserTable users={items} sorting={sorting} selection={mayWrite ? selection : null} everybodyRef={everybodyRef} />}
      </Loaded>
      <CursorPaging cursor={cursor} next={users.data?.next_cursor ?? null} />
      {mayWrite && <BulkBar selected={users.data?.items.filter(({ id }) => selection.ids.has(id)) ?? []} onClear={clear} />}
    </Page>
  );
}

function Actions({ mayWrite, exporting }: { mayWrite: boolean; exporting: ReturnType<typeof useExport> }) {
  const { t } = useTranslation();
  const isInPerson = useActing() === null;
  const take = () => void exporting.start().then((isTaken) => isTaken && tell(t('users.export.taken')), () => undefined);
  return (
    <>
      <Button
        variant="default"
        onClick={exporting.isRunning ? exporting.stop : take}
        {...(exporting.isRunning ? { leftSection: <Loader size="xs" /> } : {})}
      >
        {exporting.isRunning ? t('users.export.stop', { count: exporting.lines }) : t('users.export.button')}
      </Button>
      {mayWrite && isInPerson && (
        <PageButton to="/users/import" variant="default">
          {t('users.import.button')}
        </PageButton>
      )}
      {mayWrite && <PageButton to="/users/new">{t('users.new.button')}</PageButton>}
    </>
  );
}
