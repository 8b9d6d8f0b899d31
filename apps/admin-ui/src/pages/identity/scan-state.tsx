import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Moment } from '../../shell/moment.js';
import { Trouble } from '../../shell/trouble.js';
import type { Scan } from './drift-search.js';
import { useReason } from './reason.js';

/** The last scan, or the one that runs with how far it is; starts one. */
export function ScanState({ scan }: { scan: Scan | null }) {
  const { t } = useTranslation();
  const start = api.useMutation('post', '/v1/user-management/admin/identity/drift/scan');
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        {scan === null ? <Text size="sm">{t('identity.neverScanned')}</Text> : <ScanWords scan={scan} />}
        {scan?.state !== 'running' && (
          <Button size="xs" loading={start.isPending} onClick={() => start.mutate({})}>
            {t('identity.scan')}
          </Button>
        )}
      </Group>
      {scan?.state === 'running' && <Progress value={100} animated aria-label={t('identity.scanning')} />}
      {start.error !== null && <Trouble error={start.error} />}
    </Stack>
  );
}

function ScanWords({ scan }: { scan: Scan }) {
  const { t, i18n } = useTranslation();
  const reasonOf = useReason();
  const inDigits = (count: number) => count.toLocaleString(i18n.language);
  const counts = { accounts: inDigits(scan.accounts_seen), users: inDigits(scan.users_compared), found: inDigits(scan.items_found) };
  return (
    <Stack gap={2} role="status">
      <Text size="sm">
        {t(`identity.scanStates.${scan.state}`)}
        {scan.state === 'running' && ` ${t(`identity.phases.${scan.phase}`)}`} {scan.finished_at !== null && <Moment at={scan.finished_at} />}
      </Text>
      <Text size="sm" c="dimmed">
        {t('identity.scanned', counts)}
      </Text>
      {scan.error !== null && <Text size="sm">{reasonOf(scan.error)}</Text>}
    </Stack>
  );
}
