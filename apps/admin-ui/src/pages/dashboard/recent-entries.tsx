import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { peopleOf, useUserNames } from '../../api/user-names.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { PersonLink } from '../../shell/person-link.js';

const SHOWN = '8';

/** What was done last. */
export function RecentEntries() {
  const { t } = useTranslation();
  const entries = api.useQuery('get', '/v1/user-management/admin/audit', { params: { query: { limit: SHOWN } } });
  const nameOf = useUserNames(entries.data?.items.flatMap(peopleOf) ?? []);
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {t('dashboard.recent')}
        </Title>
        <PageAnchor to="/audit" size="sm">
          {t('dashboard.allEntries')}
        </PageAnchor>
      </Group>
      <Loaded of={entries} empty={t('none')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Stack gap={6}>
            {items.map(({ id, action, actor, target, occurred_at: at }) => (
              <Group key={id} justify="space-between" gap="xs">
                <Group gap="xs" miw={0}>
                  <Text size="sm" fw={500}>
                    {t(`audit.actions.${action}`)}
                  </Text>
                  {target.type === 'user' && target.id !== null && (
                    <Text size="sm">
                      <PersonLink id={target.id} name={nameOf(target.id)} />
                    </Text>
                  )}
                  {actor.type === 'user' && actor.id !== target.id && (
                    <Text size="sm" c="dimmed">
                      {t('dashboard.by')} <PersonLink id={actor.id} name={nameOf(actor.id)} />
                    </Text>
                  )}
                </Group>
                <Moment at={at} size="sm" c="dimmed" />
              </Group>
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
