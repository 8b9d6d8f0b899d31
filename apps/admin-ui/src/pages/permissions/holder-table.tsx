import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import type { Holder } from './holder.js';

const WRAPPED = { overflowWrap: 'anywhere' } as const;

/** Who holds a permission, where, and through what; somebody stands there once for each reason. */
export function HolderTable({ holders }: { holders: Holder[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="40%">{t('permissions.holder')}</Table.Th>
            <Table.Th w="25%">{t('permissions.where')}</Table.Th>
            <Table.Th>{t('permissions.why')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {holders.map((holder) => (
            <Table.Tr key={`${holder.user_id} ${holder.membership_id ?? ''}`}>
              <Table.Td style={WRAPPED}>
                <PageAnchor to="/users/$id" params={{ id: holder.user_id }} inherit>
                  {holder.display_name}
                </PageAnchor>
                <Text size="xs" c="dimmed">
                  {holder.email}
                </Text>
              </Table.Td>
              <Table.Td style={WRAPPED}>{holder.organisation_name ?? t('permissions.everywhere')}</Table.Td>
              <Table.Td style={WRAPPED}>
                <Reason of={holder} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Reason({ of: { source, user_type: type, role, expires_at: expiresAt } }: { of: Holder }) {
  const { t } = useTranslation();
  const may = useMay();
  if (source === 'platform_admin' || role === null) return t('permissions.platformAdmin');
  if (source === 'type_role') return t('permissions.byType', { type: t(`type.${type}`) });
  return (
    <>
      {may.anywhere('admin:roles:read') ? (
        <PageAnchor to="/roles/$id" params={{ id: role.id }} inherit>
          {role.name}
        </PageAnchor>
      ) : (
        role.name
      )}
      {expiresAt !== null && (
        <Text size="xs" c="dimmed">
          {t('permissions.until')} <Moment at={expiresAt} />
        </Text>
      )}
    </>
  );
}
