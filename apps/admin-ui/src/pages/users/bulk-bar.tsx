import { Button, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BULK_ACTIONS, isFitting, type BulkAction } from './bulk-actions.js';
import { BulkDialog, type BulkOrder } from './bulk-dialog.js';
import type { ListedUser } from './user-table.js';

interface BulkBarProps {
  selected: ListedUser[];
  onClear: () => void;
}

/** What can be done with everybody who is ticked off; stays in sight below a long list. */
export function BulkBar({ selected, onClear }: BulkBarProps) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<BulkOrder | null>(null);
  const ask = (action: BulkAction, users: ListedUser[]) => setOrder({ action, users, passedOver: selected.length - users.length });
  return (
    <>
      {selected.length > 0 && (
        <Paper withBorder shadow="sm" p="xs" role="toolbar" aria-label={t('users.bulk.label')} pos="sticky" bottom={8} style={{ zIndex: 2 }}>
          <Group gap="xs">
            <Text size="sm" fw={500} role="status">
              {t('users.bulk.selected', { count: selected.length })}
            </Text>
            {BULK_ACTIONS.map((action) => {
              const users = selected.filter((user) => isFitting(action, user));
              return (
                <Button key={action} size="xs" variant="default" disabled={users.length === 0} onClick={() => ask(action, users)}>
                  {t(`users.bulk.${action}.button`)}
                </Button>
              );
            })}
            <Button size="xs" variant="subtle" onClick={onClear}>
              {t('users.bulk.clear')}
            </Button>
          </Group>
        </Paper>
      )}
      {order && (
        <BulkDialog
          order={order}
          onClose={(isDone) => {
            setOrder(null);
            if (isDone) onClear();
          }}
        />
      )}
    </>
  );
}
