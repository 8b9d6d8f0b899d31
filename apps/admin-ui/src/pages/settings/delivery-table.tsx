import { Badge, Button, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Moment } from '../../shell/moment.js';
import { Trouble } from '../../shell/trouble.js';
import { useReason } from './reason.js';
import type { Delivery } from './webhook.js';

const COLOURS = { delivered: 'teal', failing: 'orange', failed: 'red', missed: 'gray' } as const;

export function DeliveryTable({ webhookId, deliveries }: { webhookId: string; deliveries: Delivery[] }) {
  const { t } = useTranslation();
  const redeliver = api.useMutation('post', '/v1/user-management/admin/webhooks/{id}/deliveries/{deliveryId}/redeliver');
  return (
    <>
      {redeliver.error !== null && <Trouble error={redeliver.error} />}
      <Table.ScrollContainer minWidth={700}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.event')}</Table.Th>
              <Table.Th>{t('settings.state')}</Table.Th>
              <Table.Th>{t('settings.answer')}</Table.Th>
              <Table.Th>{t('settings.lastAttempt')}</Table.Th>
              <Table.Th aria-label={t('settings.redeliver')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {deliveries.map((delivery) => (
              <Row
                key={delivery.sequence}
                delivery={delivery}
                onRedeliver={(deliveryId) => redeliver.mutate({ params: { path: { id: webhookId, deliveryId } } })}
                isBusy={redeliver.isPending && redeliver.variables.params.path.deliveryId === delivery.event_id}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function Row({ delivery, onRedeliver, isBusy }: { delivery: Delivery; onRedeliver: (eventId: string) => void; isBusy: boolean }) {
  const { t } = useTranslation();
  const { sequence, type, state, event_id: eventId, redelivery } = delivery;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        {type ?? t('settings.missedEvents', { count: delivery.missed_events ?? 0 })}
        <Text size="xs" c="dimmed">
          {t('settings.number', { sequence })}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="dot" tt="none" miw="max-content" fw={500} color={COLOURS[state]}>
          {t(`settings.deliveryStates.${state}`)}
        </Badge>
        {redelivery && <Text size="xs">{t(`settings.redeliveryStates.${redelivery.state}`)}</Text>}
      </Table.Td>
      <Table.Td>
        <Answer delivery={delivery} />
      </Table.Td>
      <Table.Td>
        <Moment at={redelivery?.last_attempt_at ?? delivery.last_attempt_at} />
      </Table.Td>
      <Table.Td ta="end">
        {eventId !== null && (
          <Button
            size="xs"
            variant="default"
            loading={isBusy}
            disabled={redelivery?.state === 'waiting'}
            aria-label={t('settings.redeliverOne', { sequence })}
            onClick={() => onRedeliver(eventId)}
          >
            {t('settings.redeliver')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What the receiver said to the last attempt, or why it said nothing. */
function Answer({ delivery }: { delivery: Delivery }) {
  const { t, i18n } = useTranslation();
  const reasonOf = useReason();
  const { status, error } = delivery.redelivery?.last_attempt_at ? delivery.redelivery : delivery;
  const words = error !== null ? reasonOf(error) : status === null ? '–' : t('settings.failures.status', { status });
  return (
    <>
      {words}
      <Text size="xs" c="dimmed">
        {t('settings.attempts', { count: delivery.attempts })}
        {delivery.duration_ms !== null && `, ${delivery.duration_ms.toLocaleString(i18n.language)} ms`}
      </Text>
    </>
  );
}
