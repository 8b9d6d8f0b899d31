import { Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { paths } from '../../api/generated/service.js';
import { peopleOf, useUserNames } from '../../api/user-names.js';
import { Moment } from '../../shell/moment.js';
import { AuditEntry } from './audit-entry.js';
import type { AuditFilter } from './audit-search.js';

type AuditPage = paths['/v1/user-management/admin/audit']['get']['responses'][200]['content']['application/json'];
export type Entry = AuditPage['items'][number];
/** What somebody is called; their id where nobody knows. */
export type NameOf = (id: string) => string;

const COLUMNS = 5;

interface AuditTableProps {
  entries: Entry[];
  onFilter: (fields: AuditFilter) => void;
}

export function AuditTable({ entries, onFilter }: AuditTableProps) {
  const { t } = useTranslation();
  const nameOf = useUserNames(entries.flatMap(peopleOf));
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('audit.action')}</Table.Th>
            <Table.Th>{t('audit.actor')}</Table.Th>
            <Table.Th>{t('audit.target')}</Table.Th>
            <Table.Th>{t('audit.organisation')}</Table.Th>
            <Table.Th>{t('audit.when')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRows
              key={entry.id}
              entry={entry}
              nameOf={nameOf}
              isOpen={open === entry.id}
              onToggle={() => setOpen(open === entry.id ? null : entry.id)}
              onFilter={onFilter}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface EntryRowsProps {
  entry: Entry;
  nameOf: NameOf;
  isOpen: boolean;
  onToggle: () => void;
  onFilter: (fields: AuditFilter) => void;
}

function EntryRows({ entry, nameOf, isOpen, onToggle, onFilter }: EntryRowsProps) {
  const { t } = useTranslation();
  const { actor, target } = entry;
  const whole = { overflowWrap: 'anywhere' } as const;
  return (
    <>
      <Table.Tr bd={isOpen ? 'none' : undefined}>
        <Table.Td>
          <UnstyledButton fz="sm" fw={500} aria-expanded={isOpen} onClick={onToggle}>
            <span aria-hidden>{isOpen ? '▾' : '▸'}</span> {t(`audit.actions.${entry.action}`)}
          </UnstyledButton>
        </Table.Td>
        <Table.Td style={whole}>{actor.type === 'user' ? nameOf(actor.id) : t(`audit.actorTypes.${actor.type}`, { id: actor.id })}</Table.Td>
        <Table.Td style={whole}>
          <Text size="xs" c="dimmed">
            {t(`audit.targets.${target.type}`)}
          </Text>
          {target.type === 'user' && target.id !== null ? nameOf(target.id) : target.id}
        </Table.Td>
        <Table.Td style={whole}>{entry.organisation_id ?? <Text span inherit c="dimmed">{t('audit.platform')}</Text>}</Table.Td>
        <Table.Td>
          <Moment at={entry.occurred_at} />
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS}>
            <AuditEntry entry={entry} nameOf={nameOf} onFilter={onFilter} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
