import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { queries } from '../../api/queries.js';
import { Loaded } from '../../shell/loaded.js';
import type { Repair } from './drift-search.js';
import { useReason } from './reason.js';

const EVERY_MS = 1_000;

/** How far a repair of many is; it runs on while nobody looks. */
export function RepairProgress({ id, onClose }: { id: string; onClose: () => void }) {
  const repair = api.useQuery('get', '/v1/user-management/admin/identity/drift/repairs/{id}', { params: { path: { id } } }, {
    refetchInterval: ({ state: { data } }) => (data === undefined || data.state === 'running' ? EVERY_MS : false),
  });
  const isOver = repair.data !== undefined && repair.data.state !== 'running';
  // What was found stands there with what became of it.
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: ['get', '/v1/user-management/admin/identity/drift'] });
  }, [isOver]);
  return <Loaded of={repair}>{(data) => <Words repair={data} onClose={onClose} />}</Loaded>;
}

function Words({ repair, onClose }: { repair: Repair; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const reasonOf = useReason();
  const inDigits = (count: number) => count.toLocaleString(i18n.language);
  const counts = { repaired: inDigits(repair.repaired), gone: inDigits(repair.gone), refused: inDigits(repair.refused) };
  const isRunning = repair.state === 'running';
  return (
    <Alert
      role="status"
      variant="light"
      color={isRunning || (repair.refused === 0 && repair.state === 'finished') ? 'indigo' : 'yellow'}
      title={t(`identity.repairStates.${repair.state}`)}
      withCloseButton={!isRunning}
      closeButtonLabel={t('close')}
      onClose={onClose}
    >
      <Stack gap="xs">
        {isRunning && <Progress value={100} animated aria-label={t('identity.repairStates.running')} />}
        <Text size="sm">{t('identity.repairedSoFar', counts)}</Text>
        {repair.error !== null && <Text size="sm">{reasonOf(repair.error)}</Text>}
      </Stack>
    </Alert>
  );
}
