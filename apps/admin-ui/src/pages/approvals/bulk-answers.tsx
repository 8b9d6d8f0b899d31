import { Alert, List, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PendingUser } from './approval-search.js';

/** What became of one of several. */
export interface Decided {
  user: PendingUser;
  /** The code of what stood in the way; null: they are in. */
  error: string | null;
}

/** An answer for each; those who could not be approved first, since they need somebody. */
export function BulkAnswers({ decided, onClose }: { decided: Decided[]; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const panel = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone with those who were selected.
  useEffect(() => panel.current?.focus(), [decided]);
  const refused = decided.filter(({ error }) => error !== null);
  const ordered = [...refused, ...decided.filter(({ error }) => error === null)];
  const inWords = (code: string) => (i18n.exists(`errors.codes.${code}`) ? i18n.t(`errors.codes.${code}` as 'errors.none') : code);
  return (
    <Alert
      ref={panel}
      tabIndex={-1}
      role="status"
      variant="light"
      color={refused.length === 0 ? 'teal' : 'yellow'}
      title={t('approvals.bulkTitle', { approved: decided.length - refused.length, count: decided.length })}
      withCloseButton
      closeButtonLabel={t('close')}
      onClose={onClose}
    >
      <List size="sm" listStyleType="none">
        {ordered.map(({ user, error }) => (
          <List.Item key={user.id} style={{ overflowWrap: 'anywhere' }}>
            <span aria-hidden>{error === null ? '✓' : '✕'}</span> {user.display_name} ({user.email}):{' '}
            <Text span inherit fw={500}>
              {error === null ? t('approvals.isIn') : inWords(error)}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
