import { Badge, Button, Card, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Moment } from '../../shell/moment.js';
import { tell } from '../../shell/tell.js';
import { Trouble } from '../../shell/trouble.js';
import { Facts } from './facts.js';
import type { User } from './user.js';

const COLOURS = { synced: 'teal', pending: 'yellow', failed: 'red', none: 'gray' } as const;

/** Whether the identity provider has followed, and what keeps it from it. */
export function IdentitySection({ user, mayChange }: { user: User; mayChange: boolean }) {
  const { t } = useTranslation();
  const { provider, state, error, attempts, next_attempt_at: next } = user.identity;
  const sync = api.useMutation('post', '/v1/user-management/admin/users/{id}/identity/sync', { onSuccess: () => tell(t('user.syncAsked')) });
  return (
    <Card withBorder>
      <Stack align="flex-start">
        <Facts
          of={[
            [t('user.identity.state'), <Badge key="state" variant="dot" tt="none" fw={500} color={COLOURS[state]}>{t(`user.identity.states.${state}`)}</Badge>],
            [t('user.identity.provider'), provider],
            [t('user.identity.subject'), user.external_id],
            ...(attempts > 0 ? ([[t('user.identity.attempts'), attempts]] as const) : []),
            ...(next === null ? [] : ([[t('user.identity.next'), <Moment key="next" at={next} />]] as const)),
            ...(error === null ? [] : ([[t('user.identity.error'), error]] as const)),
          ]}
        />
        {mayChange && (
          <Button variant="default" loading={sync.isPending} onClick={() => sync.mutate({ params: { path: { id: user.id } } })}>
            {t('user.syncNow')}
          </Button>
        )}
        {sync.error !== null && <Trouble error={sync.error} />}
      </Stack>
    </Card>
  );
}
