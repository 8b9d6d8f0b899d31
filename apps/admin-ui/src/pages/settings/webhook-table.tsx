import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import type { Webhook } from './webhook.js';

export function WebhookTable({ webhooks }: { webhooks: Webhook[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={700}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('settings.url')}</Table.Th>
            <Table.Th>{t('settings.types')}</Table.Th>
            <Table.Th>{t('settings.state')}</Table.Th>
            <Table.Th ta="end">{t('settings.waiting')}</Table.Th>
            <Table.Th>{t('settings.created')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {webhooks.map((webhook) => (
            <Table.Tr key={webhook.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <PageAnchor to="/settings/webhooks/$id" params={{ id: webhook.id }} size="sm" display="block">
                  {webhook.url}
                </PageAnchor>
                {webhook.description !== '' && (
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {webhook.description}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{webhook.types.length === 0 ? t('settings.allTypes') : t('settings.typeCount', { count: webhook.types.length })}</Table.Td>
              <Table.Td>
                <WebhookState webhook={webhook} />
              </Table.Td>
              <Table.Td ta="end">{webhook.waiting.toLocaleString(i18n.language)}</Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Moment at={webhook.created_at} isDay />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Switched on, switched off, or on and failing. */
export function WebhookState({ webhook: { state, failing_since: failingSince } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const word = state === 'enabled' && failingSince !== null ? 'failing' : state;
  return (
    <Badge variant="dot" tt="none" miw="max-content" fw={500} color={{ enabled: 'teal', failing: 'orange', disabled: 'gray' }[word]}>
      {t(`settings.states.${word}`)}
    </Badge>
  );
}
