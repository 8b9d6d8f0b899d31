import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { inPerson } from '../api/client.js';
import { queries } from '../api/queries.js';
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
  const navigate = useNavigate();
  const goBack = () => {
    actAs(null);
    queries.clear();
    void navigate({ to: '/users/$id', params: { id: acting.userId } });
  };
  const end = useMutation({
    mutationFn: () => inPerson.DELETE('/v1/user-management/admin/users/{id}/impersonation', { params: { path: { id: acting.userId } } }),
    onSuccess: goBack,
  });
  useEffect(() => {
    const timer = setTimeout(goBack, Date.parse(acting.expiresAt) - Date.now());
    return () => clearTimeout(timer);
  });
  return (
    <Alert color="orange" variant="light" p="xs" m="xs" role="status" aria-label={t('acting.label')}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {t('acting.text', { name: acting.name })} <Moment at={acting.expiresAt} />
        </Text>
        <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>
          {t('acting.end')}
        </Button>
      </Group>
      {end.error !== null && <Trouble error={end.error} />}
    </Alert>
  );
}
