import { Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { useVersioned, type Versioned } from '../../api/versioned.js';
import { CopiedOnce } from '../../shell/copied-once.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { OnlyPlatformAdmins } from '../../shell/only-platform-admins.js';
import { Page } from '../../shell/page.js';
import { Deliveries } from './deliveries.js';
import { useReason } from './reason.js';
import type { Webhook } from './webhook.js';
import { WebhookCommands } from './webhook-commands.js';
import { WebhookDetails } from './webhook-details.js';
import { WebhookState } from './webhook-table.js';

const PATH = '/v1/user-management/admin/webhooks/{id}';

/** One webhook: where it leads, how it does, and what was sent. */
export function WebhookPage() {
  const { id } = useParams({ from: '/settings/webhooks/$id' });
  return (
    <OnlyPlatformAdmins>
      <Read key={id} id={id} />
    </OnlyPlatformAdmins>
  );
}

function Read({ id }: { id: string }) {
  const { t } = useTranslation();
  const webhook = useVersioned<Webhook>(['get', PATH, id], () => http.GET(PATH, { params: { path: { id } } }));
  if (webhook.data) return <One read={webhook.data} />;
  return (
    <Page title={t('settings.webhook')}>
      <Loaded of={webhook}>{() => null}</Loaded>
    </Page>
  );
}

function One({ read }: { read: Versioned<Webhook> }) {
  const { t } = useTranslation();
  const [secret, setSecret] = useState<string | null>(null);
  const { value: webhook, version } = read;
  return (
    <Page title={new URL(webhook.url).host} note={<WebhookState webhook={webhook} />} actions={<WebhookCommands webhook={webhook} version={version} onSecret={setSecret} />}>
      <PageAnchor to="/settings/webhooks" size="sm">
        {t('settings.webhooks')}
      </PageAnchor>
      {secret !== null && <CopiedOnce title={t('settings.secretTitle')} text={t('settings.secretText')} secret={secret} />}
      <Standing webhook={webhook} />
      <WebhookDetails read={read} />
      <Deliveries id={webhook.id} />
    </Page>
  );
}

function isWell({ state, failing_since: failingSince, secret_rotated_at: rotatedAt, waiting }: Webhook): boolean {
  return state === 'enabled' && failingSince === null && rotatedAt === null && waiting === 0;
}

/** How it does, where that is not simply well. */
function Standing({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const reasonOf = useReason();
  const { disabled_reason: reason, disabled_at: disabledAt, failing_since: failingSince, next_attempt_at: nextAt, secret_rotated_at: rotatedAt } = webhook;
  if (isWell(webhook)) return null;
  return (
    <div>
      {reason !== null && disabledAt !== null && (
        <Text size="sm">
          {t(`settings.disabled.${reason}`)} <Moment at={disabledAt} />
        </Text>
      )}
      {failingSince !== null && (
        <Text size="sm">
          {t('settings.failingSince', { count: webhook.attempts, reason: webhook.error === null ? '' : reasonOf(webhook.error) })} <Moment at={failingSince} />
        </Text>
      )}
      {nextAt !== null && (
        <Text size="sm">
          {t('settings.nextAttempt')} <Moment at={nextAt} />
        </Text>
      )}
      {rotatedAt !== null && (
        <Text size="sm" c="dimmed">
          {t('settings.rotatedAt')} <Moment at={rotatedAt} />
        </Text>
      )}
      {webhook.waiting > 0 && <Text size="sm">{t('settings.waitingCount', { count: webhook.waiting })}</Text>}
    </div>
  );
}
