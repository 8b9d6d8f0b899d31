import { Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import type { paths } from '../../api/generated/service.js';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { readUserSearch } from '../users/user-search.js';
import { Growth } from './growth.js';
import { RecentEntries } from './recent-entries.js';

type Stats = paths['/v1/user-management/admin/stats']['get']['responses'][200]['content']['application/json'];

/** How many people there are and were, who waits, whether the identity provider has followed, and what was done last. */
export function DashboardPage() {
  const { t } = useTranslation();
  const may = useMay();
  const stats = api.useQuery('get', '/v1/user-management/admin/stats');
  return (
    <Page title={t('dashboard.title')}>
      <Loaded of={stats}>{(data) => <Figures of={data} />}</Loaded>
      <Growth />
      {may.anywhere('admin:audit:read') && <RecentEntries />}
    </Page>
  );
}

function Figures({ of: { users, pending, identity } }: { of: Stats }) {
  const { t } = useTranslation();
  const may = useMay();
  const { synced, pending: underWay, failed } = identity;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Figure label={<PageAnchor to="/users">{t('dashboard.users')}</PageAnchor>} value={users.total} />
        <Figure label={may.anywhere('admin:users:write') ? <PageAnchor to="/approvals">{t('dashboard.pending')}</PageAnchor> : t('dashboard.pending')} value={pending} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <Shares<UserStatus> title={t('dashboard.byStatus')} of={users.by_status} nameOf={(status) => t(`status.${status}`)} filter="status" />
        <Shares<UserType> title={t('dashboard.byType')} of={users.by_type} nameOf={(type) => t(`type.${type}`)} filter="user_type" />
        <Shares title={t('dashboard.identity')} of={{ synced, pending: underWay, failed }} nameOf={(state) => t(`dashboard.identityStates.${state}`)} />
      </SimpleGrid>
    </>
  );
}

function Figure({ label, value }: { label: ReactNode; value: number }) {
  const { i18n } = useTranslation();
  return (
    <Card withBorder>
      <Text c="dimmed" size="sm" component="div">
        {label}
      </Text>
      <Text fz={32} fw={600}>
        {value.toLocaleString(i18n.language)}
      </Text>
    </Card>
  );
}

interface SharesProps<Name extends string> {
  title: string;
  of: Partial<Record<Name, number>>;
  nameOf: (name: Name) => string;
  /** The filter of the list of users that one of them stands for. */
  filter?: 'status' | 'user_type';
}

function Shares<Name extends string>({ title, of, nameOf, filter }: SharesProps<Name>) {
  const { i18n } = useTranslation();
  const shares = Object.entries(of) as [Name, number][];
  const total = shares.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Card withBorder>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">
        {shares.map(([name, count]) => (
          <div key={name}>
            <Group justify="space-between" wrap="nowrap">
              {filter ? (
                <PageAnchor to="/users" search={readUserSearch({ [filter]: name })} size="sm">
                  {nameOf(name)}
                </PageAnchor>
              ) : (
                <Text size="sm">{nameOf(name)}</Text>
              )}
              <Text size="sm">{count.toLocaleString(i18n.language)}</Text>
            </Group>
            <Progress value={total === 0 ? 0 : (count / total) * 100} size="sm" aria-label={nameOf(name)} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
