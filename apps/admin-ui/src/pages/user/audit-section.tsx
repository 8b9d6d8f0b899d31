import { Accordion, Group, Stack, Text } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { peopleOf, useUserNames } from '../../api/user-names.js';
import type { paths } from '../../api/generated/service.js';
import { ChangeList } from '../../shell/change-list.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { CursorPaging } from '../../shell/paging.js';
import { PersonLink } from '../../shell/person-link.js';

const PATH = '/v1/user-management/admin/audit';
type Entry = paths[typeof PATH]['get']['responses'][200]['content']['application/json']['items'][number];

const route = getRouteApi('/users/$id');
const PER_PAGE = '25';

/** What was done with this user, the newest first. */
export function AuditSection({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { cursor } = route.useSearch();
  const query = { target_type: 'user' as const, target_id: userId, limit: PER_PAGE, ...(cursor === undefined ? {} : { cursor }) };
  const entries = api.useQuery('get', PATH, { params: { query } }, { placeholderData: keepPreviousData });
  const nameOf = useUserNames(entries.data?.items.flatMap(peopleOf) ?? []);
  return (
    <Stack>
      <Loaded of={entries} empty={t('user.noEntries')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Accordion multiple keepMounted={false}>
            {items.map((entry) => (
              <EntryItem key={entry.id} entry={entry} nameOf={nameOf} />
            ))}
          </Accordion>
        )}
      </Loaded>
      <CursorPaging cursor={cursor} next={entries.data?.next_cursor ?? null} />
    </Stack>
  );
}

interface EntryProps {
  entry: Entry;
  nameOf: (id: string) => string;
}

function EntryItem({ entry, nameOf }: EntryProps) {
  const { t } = useTranslation();
  return (
    <Accordion.Item value={entry.id}>
      <Accordion.Control>
        <Group justify="space-between" gap="xs" pe="xs">
          <Text fw={500}>{t(`audit.actions.${entry.action}`)}</Text>
          <Text size="sm" c="dimmed">
            <Moment at={entry.occurred_at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="xs">
          <Text size="sm">
            {t('user.by')} <Actor entry={entry} nameOf={nameOf} />
          </Text>
          <ChangeList entry={entry} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Actor({ entry: { actor, impersonator_id: impersonatorId }, nameOf }: EntryProps) {
  const { t } = useTranslation();
  const name = actor.type === 'user' ? <PersonLink id={actor.id} name={nameOf(actor.id)} /> : `${t(`user.actors.${actor.type}`)} ${actor.id}`;
  if (impersonatorId === null) return name;
  return (
    <>
      <PersonLink id={impersonatorId} name={nameOf(impersonatorId)} /> {t('user.actingAs')} {name}
    </>
  );
}
