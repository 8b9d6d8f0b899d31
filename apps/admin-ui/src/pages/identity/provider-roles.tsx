import { Badge, Card, Group, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';

/** What roles the provider knows by name, where it keeps a catalogue of them. */
export function ProviderRoles() {
  const { t } = useTranslation();
  const roles = api.useQuery('get', '/v1/user-management/admin/identity/roles');
  return (
    <Card withBorder>
      <Title order={2} size="h5" mb="xs">
        {t('identity.roles')}
      </Title>
      <Loaded of={roles} empty={t('identity.noRoles')} isEmpty={({ roles: names }) => names.length === 0}>
        {({ roles: names }) => (
          <Group gap="xs">
            {names.map((name) => (
              <Badge key={name} variant="default" tt="none" fw={500}>
                {name}
              </Badge>
            ))}
          </Group>
        )}
      </Loaded>
    </Card>
  );
}
