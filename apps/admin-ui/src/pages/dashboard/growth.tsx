import { Card, Group, SegmentedControl, Skeleton, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';

/** Charts are the largest part of this page, and the last that is waited for. */
const GrowthChart = lazy(() => import('./growth-chart.js'));
const HEIGHT = 260;

/** How the number of users grew, by what they are. */
export function Growth() {
  const { t } = useTranslation();
  const [by, setBy] = useState<'by_status' | 'by_type'>('by_status');
  const growth = api.useQuery('get', '/v1/user-management/admin/stats/growth');
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {t('dashboard.growth')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('dashboard.growth')}
          value={by}
          onChange={(value) => setBy(value)}
          data={[
            { value: 'by_status', label: t('dashboard.byStatus') },
            { value: 'by_type', label: t('dashboard.byType') },
          ]}
        />
      </Group>
      <Loaded of={growth}>
        {({ months }) => (
          <Suspense fallback={<Skeleton h={HEIGHT} />}>
            <GrowthChart months={months} by={by} height={HEIGHT} />
          </Suspense>
        )}
      </Loaded>
    </Card>
  );
}
