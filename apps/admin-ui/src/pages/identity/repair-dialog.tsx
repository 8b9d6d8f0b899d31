import { Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { Direction, DriftItem, Kind } from './drift-search.js';
import { useReason } from './reason.js';

/** Our database never takes over an account that is missing, nor claims. */
type Pullable = Exclude<Kind, 'missing_there' | 'claims_differ'>;

/** Repairs one difference, in one of the ways that it allows. */
export function RepairDialog({ item, onClose }: { item: DriftItem | null; onClose: () => void }) {
  const { t } = useTranslation();
  const reasonOf = useReason();
  const [direction, setDirection] = useState<Direction>('push');
  const close = () => {
    setDirection('push');
    onClose();
  };
  const command = api.useMutation('post', '/v1/user-management/admin/identity/drift/{id}/repair', {
    onSuccess: ({ state, error }) => {
      tell(error === null ? t(`identity.became.${state}`) : reasonOf(error));
      close();
    },
  });
  const kind = item?.kind ?? 'missing_there';
  const allowed = item?.allowed_repairs ?? [];
  return (
    <Confirm
      opened={item !== null}
      onClose={close}
      title={t(`identity.kinds.${kind}`)}
      action={t('identity.repair')}
      command={command}
      onConfirm={() => item && command.mutate({ params: { path: { id: item.id } }, body: { direction } })}
    >
      {allowed.includes('pull') ? (
        <Radio.Group label={t('identity.direction')} value={direction} onChange={(value) => setDirection(value)}>
          <Stack gap="xs" mt="xs">
            {allowed.map((way) => (
              <Radio key={way} value={way} label={t(`identity.directions.${way}`)} description={way === 'push' ? t(`identity.consequences.push.${kind}`) : t(`identity.consequences.pull.${kind as Pullable}`)} data-autofocus={way === 'push' || undefined} />
            ))}
          </Stack>
        </Radio.Group>
      ) : (
        <Text size="sm">{t(`identity.consequences.push.${kind}`)}</Text>
      )}
    </Confirm>
  );
}
