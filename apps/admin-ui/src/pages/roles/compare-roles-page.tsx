import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { RolePicker } from '../../pickers/role-picker.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { PermissionList } from '../permissions/permission-list.js';
import { compareRoles } from './compare-roles.js';
import { ROLES, type Role } from './role.js';

const route = getRouteApi('/roles/compare');

/** Two roles beside each other: what both permit, and what only one does. */
export function CompareRolesPage() {
  const { t } = useTranslation();
  const { a, b } = route.useSearch();
  const navigate = route.useNavigate();
  const pick = (side: 'a' | 'b') => (id: string | null) => void navigate({ search: (before) => ({ ...before, [side]: id ?? undefined }), replace: true });
  return (
    <Page title={t('roles.compare.title')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <RolePicker label={t('roles.compare.one')} organisationId={null} value={a ?? null} onChange={pick('a')} clearable />
        <RolePicker label={t('roles.compare.other')} organisationId={null} value={b ?? null} onChange={pick('b')} clearable />
      </SimpleGrid>
      {a === undefined || b === undefined ? <Text c="dimmed">{t('roles.compare.pick')}</Text> : <Comparison a={a} b={b} />}
    </Page>
  );
}

function Comparison({ a, b }: { a: string; b: string }) {
  const one = api.useQuery('get', `${ROLES}/{id}`, { params: { path: { id: a } } });
  const other = api.useQuery('get', `${ROLES}/{id}`, { params: { path: { id: b } } });
  return <Loaded of={one}>{(left) => <Loaded of={other}>{(right) => <SideBySide left={left} right={right} />}</Loaded>}</Loaded>;
}

function SideBySide({ left, right }: { left: Role; right: Role }) {
  const { t } = useTranslation();
  const { onlyLeft, both, onlyRight } = compareRoles(left.permissions, right.permissions);
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }}>
      <Part title={t('roles.compare.only', { name: left.name })} permissions={onlyLeft} />
      <Part title={t('roles.compare.both')} permissions={both} />
      <Part title={t('roles.compare.only', { name: right.name })} permissions={onlyRight} />
    </SimpleGrid>
  );
}

function Part({ title, permissions }: { title: string; permissions: string[] }) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack gap="xs">
        <Group justify="space-between" align="baseline" wrap="nowrap">
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          <Text c="dimmed" size="sm">
            {permissions.length}
          </Text>
        </Group>
        {permissions.length === 0 ? <Text c="dimmed" size="sm">{t('none')}</Text> : <PermissionList permissions={permissions} />}
      </Stack>
    </Card>
  );
}
