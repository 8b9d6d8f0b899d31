import { Button, Code, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUserNames } from '../../api/user-names.js';
import { PageAnchor } from '../../shell/links.js';
import type { DriftItem } from './drift-search.js';
import { useReason } from './reason.js';
import { Ours, Theirs } from './sides.js';

interface DriftTableProps {
  items: DriftItem[];
  onRepair: (item: DriftItem) => void;
}

export function DriftTable({ items, onRepair }: DriftTableProps) {
  const { t } = useTranslation();
  const nameOf = useUserNames(items.flatMap(({ user_id: id }) => (id === null ? [] : [id])));
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('identity.kind')}</Table.Th>
            <Table.Th>{t('identity.who')}</Table.Th>
            <Table.Th>{t('identity.ours')}</Table.Th>
            <Table.Th>{t('identity.theirs')}</Table.Th>
            <Table.Th>{t('identity.state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
          {items.map((item) => (
            <Table.Tr key={item.id} style={{ verticalAlign: 'top' }}>
              <Table.Td>{t(`identity.kinds.${item.kind}`)}</Table.Td>
              <Table.Td>
                {item.user_id === null ? (
                  <Code>{item.external_id}</Code>
                ) : (
                  <PageAnchor to="/users/$id" params={{ id: item.user_id }} size="sm">
                    {nameOf(item.user_id)}
                  </PageAnchor>
                )}
              </Table.Td>
              <Table.Td>
                <Ours side={item.ours} />
              </Table.Td>
              <Table.Td>
                <Theirs side={item.theirs} />
              </Table.Td>
              <Table.Td>
                <ItemState item={item} name={item.user_id === null ? (item.external_id ?? '') : nameOf(item.user_id)} onRepair={() => onRepair(item)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ItemState({ item, name, onRepair }: { item: DriftItem; name: string; onRepair: () => void }) {
  const { t } = useTranslation();
  const reasonOf = useReason();
  return (
    <>
      {item.state === 'open' ? (
        <Button size="xs" variant="default" aria-label={t('identity.repairOf', { name })} onClick={onRepair}>
          {t('identity.repair')}
        </Button>
      ) : (
        t(`identity.itemStates.${item.state}`)
      )}
      {item.error !== null && <Text size="xs">{reasonOf(item.error)}</Text>}
    </>
  );
}
