import { Badge, Group, Tabs, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Versioned } from '../../api/versioned.js';
import { useMay } from '../../session/me.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { UserStatusBadge } from '../../shell/user-status-badge.js';
import { AccessSection } from './access-section.js';
import { AuditSection } from './audit-section.js';
import { IdentitySection } from './identity-section.js';
import { MembershipsSection } from './memberships-section.js';
import { ProfileSection } from './profile-section.js';
import { UserActions } from './user-actions.js';
import { SECTIONS, type Section } from './user-search.js';
import { useAuthority, useUser, type Authority, type User } from './user.js';

const route = getRouteApi('/users/$id');

/** One user: who they are, where they belong, what they may do and why, and what was done with them. */
export function UserPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const user = useUser(id);
  const authority = useAuthority(id);
  const { data: read } = user;
  return (
    <Page
      title={read?.value.display_name ?? t('user.title')}
      note={read && <Standing user={read.value} authority={authority} />}
      actions={read && <UserActions read={read} authority={authority} />}
    >
      <Loaded of={user}>{(known) => <Sections read={known} authority={authority} />}</Loaded>
    </Page>
  );
}

function Standing({ user, authority }: { user: User; authority: Authority }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Text c="dimmed">{t(`type.${user.user_type}`)}</Text>
      <UserStatusBadge status={user.status} />
      {authority.is_erased && (
        <Badge variant="default" tt="none" fw={500}>
          {t('user.erased')}
        </Badge>
      )}
    </Group>
  );
}

function Sections({ read, authority }: { read: Versioned<User>; authority: Authority }) {
  const { t } = useTranslation();
  const may = useMay();
  const { section = 'profile' } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (name: string | null) => void navigate({ search: name === 'profile' ? {} : { section: name as Section }, replace: true });
  const shown = SECTIONS.filter((name) => name !== 'audit' || may.anywhere('admin:audit:read'));
  const user = read.value;
  const contents = {
    profile: <ProfileSection read={read} mayChange={authority.may_change} />,
    memberships: <MembershipsSection user={user} authority={authority} />,
    access: <AccessSection userId={user.id} />,
    identity: <IdentitySection user={user} mayChange={authority.may_change} />,
    audit: <AuditSection userId={user.id} />,
  };
  return (
    <Tabs value={shown.find((name) => name === section) ?? 'profile'} onChange={open} keepMounted={false}>
      <Tabs.List mb="md">
        {shown.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`user.sections.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {contents[name]}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
