import { Button, Group, Stack, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';
import { Moment } from '../../shell/moment.js';
import { AddMembershipDialog } from './add-membership-dialog.js';
import { ChangeMembershipDialog } from './change-membership-dialog.js';
import { GrantedProducts } from './granted-products.js';
import { RemoveMembershipDialog } from './remove-membership-dialog.js';
import { useDialog } from './use-dialog.js';
import type { Authority, Membership, User } from './user.js';

const WRITE = 'admin:users:write';

/** Where the user belongs, in which role, with which products, and until when. */
export function MembershipsSection({ user, authority }: { user: User; authority: Authority }) {
  const { t } = useTranslation();
  const may = useMay();
  const adding = useDialog();
  // Who may export a user sees all of their memberships; others may be looking at one of several.
  const isLast = authority.may_export && user.memberships.length === 1;
  return (
    <Stack align="flex-start">
      {!authority.is_erased && may.anywhere(WRITE) && <Button onClick={adding.open}>{t('user.addMembership')}</Button>}
      <Table.ScrollContainer minWidth={800} w="100%">
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('user.organisation')}</Table.Th>
              <Table.Th>{t('user.role')}</Table.Th>
              <Table.Th>{t('user.products')}</Table.Th>
              <Table.Th>{t('user.ends')}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {user.memberships.map((membership) => (
              <MembershipRow
                key={membership.membership_id}
                membership={membership}
                mayWrite={may.in(WRITE, membership.organisation_id)}
                mayChange={may.in(WRITE, membership.organisation_id) && user.id !== may.userId}
                isLast={isLast}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {user.memberships.length === 0 && t('user.noMemberships')}
      {adding.isOpen && <AddMembershipDialog userId={user.id} onClose={adding.close} />}
    </Stack>
  );
}

interface MembershipRowProps {
  membership: Membership;
  mayWrite: boolean;
  /** Nobody changes their own role. */
  mayChange: boolean;
  isLast: boolean;
}

function MembershipRow({ membership, mayWrite, mayChange, isLast }: MembershipRowProps) {
  const { t } = useTranslation();
  const changing = useDialog();
  const removing = useDialog();
  const { organisation_id: organisationId, organisation_name: organisation, role, expires_at: expiresAt } = membership;
  const about = { role: role.name, organisation };
  return (
    <Table.Tr>
      <Table.Td>
        <PageAnchor to="/organisations/$id" params={{ id: organisationId }} inherit style={{ overflowWrap: 'break-word' }}>
          {organisation}
        </PageAnchor>
      </Table.Td>
      <Table.Td>
        <PageAnchor to="/roles/$id" params={{ id: role.id }} inherit style={{ overflowWrap: 'break-word' }}>
          {role.name}
        </PageAnchor>
      </Table.Td>
      <Table.Td>
        <GrantedProducts membership={membership} mayWrite={mayWrite} />
      </Table.Td>
      <Table.Td>{expiresAt === null ? '–' : <Moment at={expiresAt} />}</Table.Td>
      <Table.Td>
        {mayChange && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" aria-label={t('user.changeMembershipOf', about)} onClick={changing.open}>
              {t('edit')}
            </Button>
            {!isLast && (
              <Button size="compact-sm" variant="default" aria-label={t('user.removeMembershipOf', about)} onClick={removing.open}>
                {t('remove')}
              </Button>
            )}
          </Group>
        )}
        {changing.isOpen && <ChangeMembershipDialog membership={membership} onClose={changing.close} />}
        {removing.isOpen && <RemoveMembershipDialog membership={membership} onClose={removing.close} />}
      </Table.Td>
    </Table.Tr>
  );
}
