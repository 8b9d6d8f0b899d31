import { Button, Center, Stack, Text, Title } from '@mantine/core';
import type { UserContext } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';
import { useAuth } from 'react-oidc-context';
import { useActing } from './acting.js';

/** Somebody who is known and may do nothing here: they wait, were suspended or deactivated, or administer nothing. */
export function NotIn({ me }: { me: Pick<UserContext, 'status' | 'display_name'> }) {
  const { t } = useTranslation();
  const auth = useAuth();
  const acting = useActing();
  const reason = me.status === 'active' ? 'nothing' : me.status;
  return (
    <Center mih="100vh" p="md">
      <Stack align="center" maw={480} ta="center" component="main">
        <Title order={1} size="h3">
          {t(`notIn.${reason}.title`)}
        </Title>
        <Text c="dimmed">{t(`notIn.${reason}.text`, { name: me.display_name })}</Text>
        {!acting && (
          <Button variant="default" onClick={() => void auth.signoutRedirect()}>
            {t('signOut')}
          </Button>
        )}
      </Stack>
    </Center>
  );
}
