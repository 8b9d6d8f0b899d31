import { Button, Group, Paper, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { inPerson } from '../api/client.js';
import { actAs, useActing, type Acting } from '../session/acting.js';
import { Moment } from './moment.js';
import { Trouble } from './trouble.js';

/** Stands above every page while the administrator acts as somebody else, and ends it. */
export function ImpersonationBanner() {
  const acting = useActing();
  return acting && <Banner acting={acting} />;
}

function Banner({ acting }: { acting: Acting }) {
  const { t } = useTranslation();
  const end = useMutation({
    mutationFn: async () => {
      await inPerson.DELETE('/v1/user-management/admin/users/{id}/impersonation', { params: { path: { id: acting.userId } } });
      // Before anything is asked again, which the token is no good for any more.
      actAs(null);
    },
  });
  return (
    <Paper component="section" aria-label={t('acting.label')} bg="orange.2" c="black" p="xs" m="xs" pos="sticky" top="calc(var(--app-shell-header-height, 0rem) + 8px)" style={{ zIndex: 99 }}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {t('acting.text', { name: acting.name })} <Moment at={new Date(acting.until).toISOString()} />
        </Text>
        <Button size="xs" color="dark" loading={end.isPending} onClick={() => end.mutate()}>
          {t('acting.end')}
        </Button>
      </Group>
      {end.error !== null && <Trouble error={end.error} />}
    </Paper>
  );
}
