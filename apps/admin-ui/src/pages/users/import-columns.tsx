import { Button, Code, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../shell/save-file.js';

/** What a file has to have, in any order. */
const COLUMNS = ['email', 'display_name', 'user_type', 'organisation_id', 'role_key', 'product_ids', 'phone'] as const;

/** What a file for import looks like, and an empty one to begin with. */
export function ImportColumns() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{t('users.import.columnsText')}</Text>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {COLUMNS.map((column) => (
            <Table.Tr key={column}>
              <Table.Th fw={400}>
                <Code>{column}</Code>
              </Table.Th>
              <Table.Td>{t(`users.import.columns.${column}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button size="xs" variant="default" onClick={() => saveFile('users.csv', new Blob([`${COLUMNS.join(',')}\r\n`], { type: 'text/csv' }))}>
        {t('users.import.template')}
      </Button>
    </Stack>
  );
}
