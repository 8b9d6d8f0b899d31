import { Code, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { fieldMessage } from '../../i18n/i18n.js';
import { Loaded } from '../../shell/loaded.js';
import { CursorPaging } from '../../shell/paging.js';
import type { ImportView } from './import-view.js';

const PATH = '/v1/user-management/admin/imports/{id}/rows';
const PER_PAGE = 25;
const route = getRouteApi('/users/import');

/** Rows that were refused, by their line in the file; found by line, so the last page is as quick as the first. */
export function BadRows({ view: { import_id: id, failed } }: { view: ImportView }) {
  const { t, i18n } = useTranslation();
  const { cursor } = route.useSearch();
  const rows = useQuery({
    // Asked for again whenever there are more of them.
    queryKey: ['get', PATH, id, cursor, failed],
    queryFn: () => readRows(id, cursor),
    placeholderData: keepPreviousData,
  });
  const wordsOf = ({ reason, message }: { reason: string | null; message: string | null }) => {
    const isSaidByCode = reason !== null && reason !== 'request.invalid' && i18n.exists(`errors.codes.${reason}`);
    return isSaidByCode ? t(`errors.codes.${reason}` as 'errors.none') : message && fieldMessage(message);
  };
  return (
    <Loaded of={rows}>
      {({ items, next }) => (
        <>
          <Table fz="sm" aria-label={t('users.import.badRows')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('users.import.line')}</Table.Th>
                <Table.Th>{t('users.import.column')}</Table.Th>
                <Table.Th>{t('users.import.wrong')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((row) => (
                <Table.Tr key={row.line}>
                  <Table.Td>{row.line}</Table.Td>
                  <Table.Td>
                    <Code>{row.field}</Code>
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{wordsOf(row)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <CursorPaging cursor={cursor} next={next} />
        </>
      )}
    </Loaded>
  );
}

/** One more than is shown tells whether there is another page. */
async function readRows(id: string, cursor: string | undefined) {
  const query = { state: 'failed' as const, limit: String(PER_PAGE + 1), ...(cursor === undefined ? {} : { after: cursor }) };
  const { data } = await http.GET(PATH, { params: { path: { id }, query } });
  const found = data?.items ?? [];
  const items = found.slice(0, PER_PAGE);
  return { items, next: found.length > PER_PAGE ? String(items.at(-1)?.line) : null };
}
