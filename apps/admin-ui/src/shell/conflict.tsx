import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Difference } from './use-edit.js';

interface ConflictProps<Fields> {
  differences: Difference<Fields>[];
  nameOf: (field: keyof Fields & string) => string;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Somebody else saved first: what they changed, beside what stands here. */
export function Conflict<Fields>({ differences, nameOf, onTakeTheirs, onKeepMine }: ConflictProps<Fields>) {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" variant="light" role="alert" title={t('conflict.title')}>
      <Stack gap="xs">
        <Text size="sm">{t(differences.length === 0 ? 'conflict.elsewhere' : 'conflict.text')}</Text>
        {differences.length > 0 && (
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('conflict.field')}</Table.Th>
                <Table.Th>{t('conflict.theirs')}</Table.Th>
                <Table.Th>{t('conflict.mine')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map(({ field, theirs, mine }) => (
                <Table.Tr key={field}>
                  <Table.Td>{nameOf(field)}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{inWords(theirs)}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{inWords(mine)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onTakeTheirs}>
            {t('conflict.takeTheirs')}
          </Button>
          <Button size="xs" onClick={onKeepMine}>
            {t('conflict.keepMine')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
