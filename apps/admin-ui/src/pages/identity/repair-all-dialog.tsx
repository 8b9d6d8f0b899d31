import { Radio, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { KINDS, type Direction, type Kind } from './drift-search.js';

interface RepairAllProps {
  opened: boolean;
  /** Of those that are looked at. */
  kind: Kind | undefined;
  onClose: () => void;
  onStarted: (repairId: string) => void;
}

const DIRECTIONS: readonly Direction[] = ['push', 'pull'];

/** Repairs every open difference, or those of one kind, in one direction; what doesn't allow it stays. */
export function RepairAllDialog({ opened, kind, onClose, onStarted }: RepairAllProps) {
  const { t } = useTranslation();
  const [direction, setDirection] = useState<Direction>('push');
  const [picked, setPicked] = useState<Kind | null>();
  const wanted = picked === undefined ? (kind ?? null) : picked;
  const close = () => {
    setDirection('push');
    setPicked(undefined);
    onClose();
  };
  const command = api.useMutation('post', '/v1/user-management/admin/identity/drift/repair', {
    onSuccess: ({ repair_id: id }) => {
      onStarted(id);
      close();
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={close}
      title={t('identity.repairMany')}
      action={t('identity.repair')}
      command={command}
      onConfirm={() => command.mutate({ body: { direction, ...(wanted === null ? {} : { kind: wanted }) } })}
    >
      <Select
        data-autofocus
        label={t('identity.kind')}
        placeholder={t('all')}
        clearable
        data={KINDS.map((value) => ({ value, label: t(`identity.kinds.${value}`) }))}
        value={wanted}
        onChange={(value) => setPicked(value)}
      />
      <Radio.Group label={t('identity.direction')} value={direction} onChange={(value) => setDirection(value)}>
        <Stack gap="xs" mt="xs">
          {DIRECTIONS.map((way) => (
            <Radio key={way} value={way} label={t(`identity.directions.${way}`)} description={t(`identity.consequences.${way}.all`)} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  );
}
