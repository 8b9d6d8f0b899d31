import { Alert, Button, Group, Stack } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopiedOnce } from '../../shell/copied-once.js';
import { PageButton } from '../../shell/links.js';
import type { CreatedUser } from './use-new-user.js';

/** Somebody who was added with a temporary password: it is seen here, once. */
export function CreatedUserView({ user, onAnother }: { user: CreatedUser; onAnother: () => void }) {
  const { t } = useTranslation();
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => region.current?.focus(), []);
  const { temporary_password: password, display_name: name } = user;
  return (
    <Stack ref={region} tabIndex={-1} maw={720} role="region" aria-label={t('users.new.added', { name })} style={{ outline: 'none' }}>
      {password === undefined ? (
        <Alert color="yellow" variant="light" title={t('users.new.added', { name })}>
          {t('users.new.passwordMissing')}
        </Alert>
      ) : (
        <CopiedOnce title={t('users.new.added', { name })} text={t('users.new.passwordText')} secret={password} />
      )}
      <Group>
        <PageButton to="/users/$id" params={{ id: user.id }}>
          {t('users.new.toUser')}
        </PageButton>
        <Button variant="default" onClick={onAnother}>
          {t('users.new.another')}
        </Button>
      </Group>
    </Stack>
  );
}
