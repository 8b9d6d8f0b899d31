import { Badge, Group, Text } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';
import type { paths } from '../../api/generated/service.js';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';

type Access = paths['/v1/user-management/admin/users/{id}/access']['get']['responses'][200]['content']['application/json'];
type Source = Access['permissions'][number]['sources'][number];

/** One thing that a permission comes from, and whether it counts now. */
export function AccessSource({ source, isUserEffective }: { source: Source; isUserEffective: boolean }) {
  const { t } = useTranslation();
  const { expires_at: expiresAt, is_effective: isEffective } = source;
  return (
    <Group gap="xs">
      <Text size="sm">
        <Origin source={source} />
      </Text>
      {expiresAt !== null && (
        <Text size="sm" c="dimmed">
          {t('user.until')} <Moment at={expiresAt} />
        </Text>
      )}
      {isUserEffective && !isEffective && (
        <Badge variant="default" tt="none" fw={500}>
          {t('user.over')}
        </Badge>
      )}
    </Group>
  );
}

function Origin({ source: { role, organisation_id: organisationId, organisation_name: organisation } }: { source: Source }) {
  const { t } = useTranslation();
  if (role === null) return t('user.fromPlatformAdmin');
  const roleLink = (
    <PageAnchor to="/roles/$id" params={{ id: role.id }} inherit underline="always">
      {role.name}
    </PageAnchor>
  );
  if (organisationId === null) return <Trans i18nKey="user.fromType" values={{ role: role.name }} components={{ role: roleLink }} />;
  const organisationLink = (
    <PageAnchor to="/organisations/$id" params={{ id: organisationId }} inherit underline="always">
      {organisation}
    </PageAnchor>
  );
  return <Trans i18nKey="user.fromMembership" values={{ role: role.name, organisation: organisation ?? organisationId }} components={{ role: roleLink, organisation: organisationLink }} />;
}
