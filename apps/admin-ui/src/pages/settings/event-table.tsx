import { Code, Table, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUserNames } from '../../api/user-names.js';
import { Moment } from '../../shell/moment.js';
import type { FeedEvent } from './read-feed.js';

const COLUMNS = 4;
const INDENT = 2;
/** The service names as many users at once. */
const MOST_NAMED = 100;

/** Each opens to what a receiver reads. */
export function EventTable({ events }: { events: FeedEvent[] }) {
  const { t } = useTranslation();
  const people = new Set(events.flatMap(({ user_id: id }) => id ?? []));
  const nameOf = useUserNames([...people].slice(0, MOST_NAMED));
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('settings.sequence')}</Table.Th>
            <Table.Th>{t('settings.type')}</Table.Th>
            <Table.Th>{t('settings.about')}</Table.Th>
            <Table.Th>{t('settings.when')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <EventRows key={event.id} event={event} nameOf={nameOf} isOpen={open === event.id} onToggle={() => setOpen(open === event.id ? null : event.id)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface EventRowsProps {
  event: FeedEvent;
  nameOf: (id: string) => string;
  isOpen: boolean;
  onToggle: () => void;
}

function EventRows({ event, nameOf, isOpen, onToggle }: EventRowsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Table.Tr>
        <Table.Td>{event.sequence}</Table.Td>
        <Table.Td>
          <UnstyledButton fz="sm" fw={500} style={{ whiteSpace: 'nowrap' }} aria-expanded={isOpen} aria-label={t('settings.openEvent', { type: event.type, sequence: event.sequence })} onClick={onToggle}>
            <span aria-hidden>{isOpen ? '▾' : '▸'}</span> {event.type}
          </UnstyledButton>
        </Table.Td>
        <Table.Td style={{ overflowWrap: 'anywhere' }}>{event.user_id ? nameOf(event.user_id) : event.organisation_id}</Table.Td>
        <Table.Td>
          <Moment at={event.occurred_at} />
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS}>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {JSON.stringify(event, null, INDENT)}
            </Code>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
