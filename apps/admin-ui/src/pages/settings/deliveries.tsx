import { Card, Select, Stack, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { given } from '../../shell/address.js';
import { Loaded } from '../../shell/loaded.js';
import { CursorPaging } from '../../shell/paging.js';
import { DeliveryTable } from './delivery-table.js';
import { DELIVERY_STATES } from './settings-search.js';

const route = getRouteApi('/settings/webhooks/$id');
const SOON_MS = 1_000;

/** What was sent and what became of it, the newest event first. */
export function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const deliveries = api.useQuery('get', '/v1/user-management/admin/webhooks/{id}/deliveries', { params: { path: { id }, query: search } }, {
    placeholderData: keepPreviousData,
    // A redelivery is sent by the service when it comes to it.
    refetchInterval: ({ state: { data } }) => (data?.items.some(({ redelivery }) => redelivery?.state === 'waiting') ? SOON_MS : false),
  });
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h5">
          {t('settings.deliveries')}
        </Title>
        <Select
          maw={240}
          label={t('settings.state')}
          placeholder={t('all')}
          clearable
          data={DELIVERY_STATES.map((value) => ({ value, label: t(`settings.deliveryStates.${value}`) }))}
          value={search.state ?? null}
          onChange={(state) => void navigate({ search: given({ state: state ?? undefined }), replace: true })}
        />
        <Loaded of={deliveries} empty={t(search.state === undefined ? 'settings.noDeliveries' : 'settings.noneFits')} isEmpty={({ items }) => items.length === 0}>
          {({ items }) => <DeliveryTable webhookId={id} deliveries={items} />}
        </Loaded>
        <CursorPaging cursor={search.cursor} next={deliveries.data?.next_cursor ?? null} />
      </Stack>
    </Card>
  );
}
