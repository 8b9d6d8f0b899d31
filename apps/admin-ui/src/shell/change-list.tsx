import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isGroup, isNothing, listChanges, type AuditedChange, type Change, type Sighting } from './list-changes.js';
import { Moment } from './moment.js';

/** What an entry of the audit trail changed: each field, what it was and what it is. */
export function ChangeList({ entry }: { entry: AuditedChange }) {
  const { t } = useTranslation();
  const changes = listChanges(entry);
  const isErased = entry.personal === null && entry.personal_digest !== null;
  return (
    <Stack gap="xs">
      {changes.length > 0 && <Changes of={changes} />}
      {changes.length === 0 && !isErased && <Quiet text={t('changes.none')} />}
      {isErased && <Quiet text={t('changes.erased')} />}
    </Stack>
  );
}

function Quiet({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}

function Changes({ of: changes }: { of: Change[] }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  return (
    <Table fz="sm" layout="fixed" withRowBorders={false} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="30%">{t('changes.field')}</Table.Th>
          <Table.Th>{t('changes.before')}</Table.Th>
          <Table.Th>{t('changes.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
        {changes.map(({ field, before, after }) => (
          <Table.Tr key={field}>
            <Table.Th scope="row" fw={400}>
              {nameOf(field)}
            </Table.Th>
            <Table.Td>
              <Seen field={field} of={before} />
            </Table.Td>
            <Table.Td>
              <Seen field={field} of={after} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Seen({ field, of: sighting }: { field: string; of: Sighting }) {
  if ('value' in sighting) return <Value field={field} value={sighting.value} />;
  const [sign, items] = 'taken' in sighting ? ['−', sighting.taken] : ['+', sighting.added];
  if (items.length === 0) return <Value field={field} value={null} />;
  return items.map((item) => (
    <div key={JSON.stringify(item)}>
      {sign} <Value field={field} value={item} />
    </div>
  ));
}

/** What an API's value is called: a state by its name, a time in the reader's zone, a group by its fields. */
function Value({ field, value }: { field: string; value: unknown }) {
  const { t, i18n } = useTranslation();
  const nameOf = useFieldName();
  if (isNothing(value)) return '–';
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (isGroup(value)) return Object.entries(value).flatMap(([name, part]) => (isNothing(part) ? [] : [`${nameOf(name)}: ${plain(part)}`])).join(', ');
  if (typeof value === 'string' && /_at$/.test(field)) return <Moment at={value} />;
  const name = `${field === 'user_type' ? 'type' : field}.${plain(value)}`;
  return (field === 'user_type' || field === 'status') && i18n.exists(name) ? t(name as 'status.active') : plain(value);
}

/** Names of fields are the API's; those that people meet often have words. */
function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return (field) => {
    const own = field.split('.').at(-1) ?? field;
    const key = `changes.fields.${own}`;
    return i18n.exists(key) ? t(key as 'changes.fields.email') : own.replaceAll('_', ' ');
  };
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(plain).join(', ') : JSON.stringify(value);
}
