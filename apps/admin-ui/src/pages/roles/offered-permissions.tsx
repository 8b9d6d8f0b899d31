import { Box, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';
import { SearchField } from '../../shell/search-field.js';
import { PERMISSIONS, type Permission } from '../permissions/permission.js';
import { ServicePicker } from '../permissions/service-picker.js';

const AT_ONCE = 50;
export const PANEL = { maxHeight: 420, overflowY: 'auto' } as const;

interface OfferedPermissionsProps {
  chosen: ReadonlySet<string>;
  onChoose: (permission: string, isChosen: boolean) => void;
  /** Whether whoever looks at it may give it to a role. */
  mayGive: (permission: string) => boolean;
  searchRef: Ref<HTMLInputElement>;
}

/** The registered permissions by the service that owns them; the service searches, and answers them piece by piece. */
export function OfferedPermissions({ searchRef, ...choosing }: OfferedPermissionsProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState<string>();
  const [service, setService] = useState<string | null>(null);
  const offered = useOffered(search, service);
  const total = offered.data?.pages[0]?.total ?? 0;
  const found = offered.data?.pages.flatMap(({ items }) => items);
  return (
    <Stack gap="sm">
      <Group align="end" grow preventGrowOverflow={false}>
        <SearchField label={t('roles.picker.search')} value={search} onSearch={setSearch} ref={searchRef} />
        <ServicePicker label={t('roles.picker.service')} placeholder={t('all')} clearable value={service} onChange={setService} />
      </Group>
      <Loaded of={{ data: found, error: offered.error, refetch: offered.refetch }} empty={t('roles.picker.nothing')} isEmpty={({ length }) => length === 0}>
        {(permissions) => (
          <>
            <Text size="sm" c="dimmed" aria-live="polite">
              {t('roles.picker.shown', { shown: permissions.length, count: total })}
            </Text>
            <Box style={PANEL}>
              {[...byService(permissions)].map(([owner, owned]) => (
                <OneService key={owner} name={owner} permissions={owned} {...choosing} />
              ))}
              {offered.hasNextPage && (
                <Button size="xs" variant="default" mt="sm" loading={offered.isFetchingNextPage} onClick={() => void offered.fetchNextPage()}>
                  {t('roles.picker.more')}
                </Button>
              )}
            </Box>
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function useOffered(search: string | undefined, service: string | null) {
  const query = { limit: String(AT_ONCE), sort: 'service_id' as const, search, service_id: service ?? undefined };
  return api.useInfiniteQuery(
    'get',
    PERMISSIONS,
    { params: { query } },
    {
      pageParamName: 'offset',
      initialPageParam: '0',
      getNextPageParam: ({ offset, limit, total }) => (offset + limit < total ? String(offset + limit) : undefined),
      placeholderData: keepPreviousData,
    },
  );
}

function byService(permissions: Permission[]): Map<string, Permission[]> {
  const owned = new Map<string, Permission[]>();
  for (const permission of permissions) owned.set(permission.service_id, [...(owned.get(permission.service_id) ?? []), permission]);
  return owned;
}

interface OneServiceProps extends Omit<OfferedPermissionsProps, 'searchRef'> {
  name: string;
  permissions: Permission[];
}

function OneService({ name, permissions, chosen, onChoose, mayGive }: OneServiceProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} mb="md" role="group" aria-label={name}>
      <Title order={3} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Title>
      {permissions.map(({ permission, description }) => {
        const isGivable = mayGive(permission);
        return (
          <Checkbox
            key={permission}
            label={permission}
            description={isGivable ? description : `${description} · ${t('roles.picker.notHeld')}`}
            checked={chosen.has(permission)}
            disabled={!isGivable && !chosen.has(permission)}
            onChange={(event) => onChoose(permission, event.currentTarget.checked)}
            styles={{ label: { overflowWrap: 'anywhere' } }}
          />
        );
      })}
    </Stack>
  );
}
