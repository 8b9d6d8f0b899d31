import type { TFunction } from 'i18next';
import { Alert, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { Moment } from '../../shell/moment.js';
import { BadRows } from './bad-rows.js';
import { isOver, type ImportView } from './import-view.js';

const COUNTS = ['rows', 'created', 'updated', 'unchanged', 'failed'] as const;

interface ImportProgressProps {
  view: ImportView;
  isSending?: boolean;
  onImport?: () => void;
}

/** How far an import is, what came of it, and what can be done next. */
export function ImportProgress({ view, isSending = false, onImport }: ImportProgressProps) {
  const { t } = useTranslation();
  const kind = view.dry_run ? 'dryRun' : 'real';
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t(`users.import.${kind}.title`)}
        </Title>
        <Text size="sm" c="dimmed">
          <Moment at={view.created_at} />
        </Text>
      </Group>
      {!isOver(view) && <Progress value={view.percent} animated aria-label={t('users.import.progress')} />}
      <Text role="status">{verdictOf(view, t)}</Text>
      {view.error && (
        <Alert color="red" variant="light">
          {t(`errors.codes.${view.error.code}` as 'errors.codes.internal.error', { defaultValue: view.error.message })}
        </Alert>
      )}
      <Counts view={view} />
      {view.failed > 0 && <BadRows view={view} />}
      {isOver(view) ? <NextStep view={view} isSending={isSending} {...(onImport ? { onImport } : {})} /> : <CancelImport id={view.import_id} />}
    </Stack>
  );
}

function Counts({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  return (
    <Group component="dl" gap="xl" m={0}>
      {COUNTS.map((name) => (
        <div key={name}>
          <Text component="dt" size="sm" c="dimmed">
            {t(`users.import.counts.${name}`)}
          </Text>
          <Text component="dd" m={0} size="xl" fw={600}>
            {t('users.number', { value: view[name] })}
          </Text>
        </div>
      ))}
    </Group>
  );
}

/** What was only looked through can be brought in, as long as its file is at hand. */
function NextStep({ view, isSending, onImport }: ImportProgressProps) {
  const { t } = useTranslation();
  const wouldChange = view.created + view.updated;
  if (!view.dry_run || view.state !== 'done' || wouldChange === 0) return null;
  if (!onImport) {
    return (
      <Text size="sm" c="dimmed">
        {t('users.import.again')}
      </Text>
    );
  }
  return (
    <Group>
      <Button onClick={onImport} loading={isSending ?? false}>
        {t('users.import.start', { count: wouldChange })}
      </Button>
    </Group>
  );
}

/** One sentence on where it stands. */
function verdictOf(view: ImportView, t: TFunction): string {
  const kind = view.dry_run ? 'dryRun' : 'real';
  if (view.state === 'running') return t('users.import.running', { processed: view.processed, rows: view.rows });
  if (view.state !== 'done') return t(`users.import.states.${view.state}`);
  if (view.failed === 0) return t(`users.import.${kind}.good`);
  return view.dry_run ? t('users.import.dryRun.bad', { count: view.failed }) : t('users.import.real.bad', { count: view.failed });
}

function CancelImport({ id }: { id: string }) {
  const { t } = useTranslation();
  const [isAsked, { open, close }] = useDisclosure();
  const cancelling = api.useMutation('post', '/v1/user-management/admin/imports/{id}/cancel');
  return (
    <>
      <Group>
        <Button variant="default" onClick={open}>
          {t('users.import.cancel')}
        </Button>
      </Group>
      <Confirm
        opened={isAsked}
        onClose={close}
        title={t('users.import.cancelTitle')}
        text={t('users.import.cancelText')}
        action={t('users.import.cancel')}
        isDangerous
        command={cancelling}
        onConfirm={() => cancelling.mutate({ params: { path: { id } } }, { onSuccess: close })}
      />
    </>
  );
}
