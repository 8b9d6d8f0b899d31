import { Badge, Card, Group, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from '../../shell/moment.js';
import type { Status } from './drift-search.js';
import { useReason } from './reason.js';

export function ProviderState({ status: { health, queue } }: { status: Status }) {
  const { t, i18n } = useTranslation();
  const reasonOf = useReason();
  const isHealthy = health.state === 'healthy';
  const inDigits = (count: number) => count.toLocaleString(i18n.language);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Card withBorder>
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h5">
            {t('identity.health')}
          </Title>
          <Badge variant="dot" tt="none" fw={500} color={isHealthy ? 'teal' : 'red'}>
            {t(`identity.states.${health.state}`)}
          </Badge>
        </Group>
        {health.error !== null && <Text size="sm">{reasonOf(health.error)}</Text>}
        <Text size="sm" c="dimmed">
          {t('identity.checked')} <Moment at={health.checked_at} />
        </Text>
      </Card>
      <Card withBorder>
        <Title order={2} size="h5" mb="xs">
          {t('identity.queue')}
        </Title>
        <Figure label={t('identity.due')}>{inDigits(queue.due)}</Figure>
        <Figure label={t('identity.revocations')}>{inDigits(queue.revocations)}</Figure>
        <Figure label={t('identity.failed')}>{inDigits(queue.failed)}</Figure>
        {queue.oldest_at !== null && (
          <Figure label={t('identity.oldest')}>
            <Moment at={queue.oldest_at} />
          </Figure>
        )}
      </Card>
    </SimpleGrid>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm">{children}</Text>
    </Group>
  );
}
