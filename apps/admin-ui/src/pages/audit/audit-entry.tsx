import { Button, Code, CopyButton, Group, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeList } from '../../shell/change-list.js';
import { PageAnchor } from '../../shell/links.js';
import type { AuditFilter } from './audit-search.js';
import type { Entry, NameOf } from './audit-table.js';

interface AuditEntryProps {
  entry: Entry;
  nameOf: NameOf;
  onFilter: (fields: AuditFilter) => void;
}

/** One entry opened: what changed, and all that is known of who and when. */
export function AuditEntry({ entry, nameOf, onFilter }: AuditEntryProps) {
  const { t } = useTranslation();
  const { actor, target, impersonator_id: impersonator } = entry;
  const { id: targetId, type: targetType } = target;
  return (
    <Stack gap="sm" p="sm">
      <ChangeList entry={entry} />
      <Table fz="xs" withRowBorders={false} verticalSpacing={2} layout="fixed">
        <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
          <Fact label={t('audit.actor')}>{actor.type === 'user' ? <Person id={actor.id} name={nameOf(actor.id)} /> : <Code>{actor.id}</Code>}</Fact>
          {impersonator !== null && (
            <Fact label={t('audit.impersonator')}>
              <Person id={impersonator} name={nameOf(impersonator)} />
            </Fact>
          )}
          {targetId !== null && (
            <Fact label={t('audit.target')}>{targetType === 'user' ? <Person id={targetId} name={nameOf(targetId)} /> : <Code>{targetId}</Code>}</Fact>
          )}
          <Fact label={t('audit.place')}>{t('audit.placeIn', { sequence: entry.sequence, chain: entry.organisation_id ?? t('audit.platform') })}</Fact>
          <Fact label={t('audit.hash')}>
            <Code>{entry.hash}</Code>
          </Fact>
        </Table.Tbody>
      </Table>
      <Group gap="xs">
        <Button size="compact-xs" variant="default" onClick={() => onFilter({ actor_id: actor.id })}>
          {t('audit.sameActor')}
        </Button>
        {targetId !== null && (
          <Button size="compact-xs" variant="default" onClick={() => onFilter({ target_type: targetType, target_id: targetId })}>
            {t('audit.sameTarget')}
          </Button>
        )}
        {entry.request_id !== null && (
          <CopyButton value={entry.request_id}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {copied ? t('copied') : t('copyRequestId')}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} w="30%">
        <Text size="xs" c="dimmed">
          {label}
        </Text>
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Person({ id, name }: { id: string; name: string }) {
  return (
    <>
      {name !== id && (
        <PageAnchor to="/users/$id" params={{ id }} size="xs">
          {name}
        </PageAnchor>
      )}{' '}
      <Code>{id}</Code>
    </>
  );
}
