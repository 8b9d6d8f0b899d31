import { Button, Group, Modal, Progress, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../shell/words.js';
import type { BulkAction } from './bulk-actions.js';
import { useBulkRun, type Outcome } from './use-bulk-run.js';
import type { ListedUser } from './user-table.js';

/** What is to be done with whom. */
export interface BulkOrder {
  action: BulkAction;
  users: ListedUser[];
  /** How many more were ticked off for whom it makes no sense. */
  passedOver: number;
}

interface BulkDialogProps {
  order: BulkOrder;
  onClose: (isDone: boolean) => void;
}

/** Asks, shows how far it is, and says for each user what came of it. */
export function BulkDialog({ order: { action, users, passedOver }, onClose }: BulkDialogProps) {
  const { t } = useTranslation();
  const run = useBulkRun(action, users);
  const close = () => run.state !== 'running' && onClose(run.state === 'over');
  const done = run.outcomes.filter(({ error }) => error === null).length;
  return (
    <Modal opened onClose={close} size="lg" title={t(`users.bulk.${action}.title`, { count: users.length })} closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        {run.state === 'asked' ? (
          <>
            <Text size="sm">{t(`users.bulk.${action}.text`)}</Text>
            {passedOver > 0 && <Text size="sm">{t('users.bulk.passedOver', { count: passedOver })}</Text>}
          </>
        ) : (
          <>
            <Progress value={(run.outcomes.length / users.length) * 100} aria-label={t('users.bulk.progress')} transitionDuration={100} />
            <Text size="sm" role="status">
              {t('users.bulk.done', { done, refused: run.outcomes.length - done, total: users.length })}
            </Text>
            <Outcomes outcomes={run.outcomes} />
          </>
        )}
        <Group justify="flex-end">
          {run.state !== 'running' && (
            <Button variant="default" onClick={close} {...(run.state === 'over' ? { autoFocus: true } : {})}>
              {t(run.state === 'over' ? 'close' : 'cancel')}
            </Button>
          )}
          {run.state === 'running' && (
            <Button variant="default" onClick={run.stop} autoFocus>
              {t('users.bulk.stop')}
            </Button>
          )}
          {run.state === 'asked' && (
            <Button color={action === 'deactivate' ? 'red.9' : undefined} onClick={run.start} data-autofocus>
              {t(`users.bulk.${action}.button`)}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Outcomes({ outcomes }: { outcomes: Outcome[] }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, 'aria-label': t('users.bulk.outcomes'), role: 'region' }}>
      <Table fz="sm">
        <Table.Tbody>
          {outcomes.map(({ user, error }) => (
            <Table.Tr key={user.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{user.display_name}</Table.Td>
              <Table.Td>{error === null ? t('users.bulk.wasDone') : t('users.bulk.wasRefused', { reason: words(error) })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
