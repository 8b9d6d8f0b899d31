import { Button, Select } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { given } from '../../shell/address.js';
import { CopiedOnce } from '../../shell/copied-once.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { OnlyPlatformAdmins } from '../../shell/only-platform-admins.js';
import { Page } from '../../shell/page.js';
import { NewWebhookDialog } from './new-webhook-dialog.js';
import { WEBHOOK_STATES } from './settings-search.js';
import { WebhookTable } from './webhook-table.js';

const route = getRouteApi('/settings/webhooks');

/** Where the platform's events are sent to. */
export function WebhooksPage() {
  return (
    <OnlyPlatformAdmins>
      <Webhooks />
    </OnlyPlatformAdmins>
  );
}

function Webhooks() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { state } = search;
  const navigate = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const query = { ...toPageQuery(search), ...given({ state }) };
  const webhooks = api.useQuery('get', '/v1/user-management/admin/webhooks', { params: { query } }, { placeholderData: keepPreviousData });
  return (
    <Page title={t('settings.webhooks')} actions={<Button onClick={() => setAdding(true)}>{t('settings.add')}</Button>}>
      {secret !== null && <CopiedOnce title={t('settings.secretTitle')} text={t('settings.secretText')} secret={secret} />}
      <Select
        maw={240}
        label={t('settings.state')}
        placeholder={t('all')}
        clearable
        data={WEBHOOK_STATES.map((value) => ({ value, label: t(`settings.states.${value}`) }))}
        value={state ?? null}
        onChange={(chosen) => void navigate({ search: given({ state: chosen ?? undefined }), replace: true })}
      />
      <NumberedList
        of={webhooks}
        page={search.page}
        onTurn={(page) => void navigate({ search: { ...given({ state }), page } })}
        empty={t(state === undefined ? 'settings.noWebhooks' : 'settings.noneFits')}
      >
        {(items) => <WebhookTable webhooks={items} />}
      </NumberedList>
      <NewWebhookDialog opened={isAdding} onClose={() => setAdding(false)} onSecret={setSecret} />
    </Page>
  );
}
