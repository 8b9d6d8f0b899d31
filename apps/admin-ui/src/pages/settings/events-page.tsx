import { Button, Group, NumberInput, Switch, Text } from '@mantine/core';
import type { EventType } from '@sa-platform/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../api/problem.js';
import { given } from '../../shell/address.js';
import { Loaded } from '../../shell/loaded.js';
import { OnlyPlatformAdmins } from '../../shell/only-platform-admins.js';
import { Page } from '../../shell/page.js';
import { CursorPaging } from '../../shell/paging.js';
import { Trouble } from '../../shell/trouble.js';
import { EventTable } from './event-table.js';
import { readBack } from './read-feed.js';
import type { EventSearch } from './settings-search.js';
import { useLiveEvents } from './use-live-events.js';
import { TypesField } from './webhook-fields.js';

const route = getRouteApi('/settings/events');
const ALL: readonly EventType[] = [];

/** What the platform's other services are told: the newest first, or as it happens. */
export function EventsPage() {
  return (
    <OnlyPlatformAdmins>
      <Events />
    </OnlyPlatformAdmins>
  );
}

function Events() {
  const { t } = useTranslation();
  const { types = ALL, cursor, live } = route.useSearch();
  return (
    <Page title={t('settings.events')}>
      <Filters />
      {live ? <Following key={types.join()} types={types} /> : <Past types={types} cursor={cursor} />}
    </Page>
  );
}

function Filters() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: { [Name in keyof EventSearch]?: EventSearch[Name] | undefined }) =>
    void navigate({ search: given({ ...search, cursor: undefined, ...change }), replace: true });
  return (
    <Group align="end">
      <TypesField miw={240} label={t('settings.types')} value={[...(search.types ?? [])]} onChange={(types) => set({ types: types.length === 0 ? undefined : types })} />
      {!search.live && (
        <NumberInput
          label={t('settings.upTo')}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          w={160}
          value={search.cursor === undefined ? '' : Number(search.cursor)}
          onChange={(number) => set({ cursor: number === '' ? undefined : String(number) })}
        />
      )}
      <Switch label={t('settings.follow')} checked={search.live === true} pb={8} onChange={(event) => set({ live: event.currentTarget.checked || undefined })} />
    </Group>
  );
}

function Past({ types, cursor }: { types: readonly EventType[]; cursor: string | undefined }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const events = useQuery({
    queryKey: ['events', types, cursor],
    queryFn: () => readBack(types, cursor === undefined ? undefined : Number(cursor)),
    placeholderData: keepPreviousData,
  });
  const isExpired = events.error instanceof ProblemError && events.error.problem.code === 'events.expired';
  return (
    <>
      <Loaded of={events} empty={t('settings.noEvents')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <EventTable events={items} />}
      </Loaded>
      {isExpired && (
        <Group justify="center">
          <Button variant="default" onClick={() => void navigate({ search: given({ types: types.length === 0 ? undefined : [...types] }) })}>
            {t('settings.toNewest')}
          </Button>
        </Group>
      )}
      {!isExpired && <CursorPaging cursor={cursor} next={events.data?.older ?? null} />}
    </>
  );
}

function Following({ types }: { types: readonly EventType[] }) {
  const { t } = useTranslation();
  const [round, setRound] = useState(0);
  const { items, arrived, hasMissed, error } = useLiveEvents(types, round);
  return (
    <>
      {error === null ? (
        <Text size="sm" c="dimmed" role="status">
          {t('settings.following', { count: arrived })} {hasMissed && t('settings.someMissed')}
        </Text>
      ) : (
        <Trouble error={error} onRetry={() => setRound(round + 1)} />
      )}
      <EventTable events={items} />
    </>
  );
}
