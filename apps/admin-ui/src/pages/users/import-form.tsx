import { Button, FileInput, Group, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../../shell/trouble.js';
import type { Chosen, useUpload } from './use-upload.js';

const DELIVERIES = ['invite', 'none'] as const;

interface ImportFormProps {
  chosen: Chosen | null;
  onChoose: (chosen: Chosen | null) => void;
  upload: ReturnType<typeof useUpload>;
}

/** Chooses a file and has it looked through; nothing changes by that. */
export function ImportForm({ chosen, onChoose, upload }: ImportFormProps) {
  const { t } = useTranslation();
  const [delivery, setDelivery] = useState<Chosen['delivery']>('invite');
  const chooseFile = (file: File | null) => onChoose(file && { file, delivery });
  const chooseDelivery = (value: string) => {
    const next = value === 'none' ? 'none' : 'invite';
    setDelivery(next);
    if (chosen) onChoose({ ...chosen, delivery: next });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) upload.mutate({ ...chosen, isDryRun: true });
      }}
    >
      <Stack>
        <FileInput
          label={t('users.import.file')}
          description={t('users.import.fileText')}
          placeholder={t('users.import.choose')}
          accept="text/csv,.csv"
          clearable
          clearButtonProps={{ 'aria-label': t('remove') }}
          value={chosen?.file ?? null}
          onChange={chooseFile}
        />
        <Radio.Group label={t('users.import.delivery')} value={delivery} onChange={chooseDelivery}>
          <Group mt={4}>
            {DELIVERIES.map((value) => (
              <Radio key={value} value={value} label={t(`users.import.deliveries.${value}`)} />
            ))}
          </Group>
        </Radio.Group>
        {upload.error && <Trouble error={upload.error} />}
        <Group>
          <Button type="submit" disabled={chosen === null} loading={upload.isPending}>
            {t('users.import.check')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
