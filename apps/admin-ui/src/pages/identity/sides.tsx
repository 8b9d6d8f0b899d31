import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DriftItem } from './drift-search.js';

type OurSide = DriftItem['ours'];
type TheirSide = DriftItem['theirs'];
type SideClaims = NonNullable<NonNullable<OurSide>['claims']>;

/** What stands here. */
export function Ours({ side }: { side: OurSide }) {
  const { t } = useTranslation();
  if (side === null) return <Text size="sm">{t('identity.noUser')}</Text>;
  return (
    <>
      <Text size="sm">{t(`status.${side.status}`)}</Text>
      {side.email !== undefined && <Text size="sm">{side.email}</Text>}
      {side.claims && <Claims of={side.claims} />}
    </>
  );
}

/** What stands at the provider. */
export function Theirs({ side }: { side: TheirSide }) {
  const { t } = useTranslation();
  if (side === null) return <Text size="sm">{t('identity.noAccount')}</Text>;
  return (
    <>
      <Text size="sm">{t(side.blocked ? 'identity.blocked' : 'identity.notBlocked')}</Text>
      {side.email !== undefined && (
        <Text size="sm">
          {side.email} {side.email_verified === false && `(${t('identity.unverified')})`}
        </Text>
      )}
      {side.claims && <Claims of={side.claims} />}
      {side.claims === null && <Text size="sm">{t('identity.noClaims')}</Text>}
    </>
  );
}

function Claims({ of: { user_type: type, status, roles, organisations } }: { of: SideClaims }) {
  const { t } = useTranslation();
  const parts = [t(`type.${type}`), t(`status.${status}`), roles.join(', '), organisations.join(', ')];
  return (
    <Text size="xs" c="dimmed">
      {parts.filter((part) => part !== '').join(' · ')}
    </Text>
  );
}
