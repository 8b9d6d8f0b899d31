import { Box, Text } from '@mantine/core';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';

/** Permissions, each leading to who holds it. */
export function PermissionList({ permissions }: { permissions: string[] }) {
  return (
    <Box component="ul" m={0} p={0} style={{ listStyle: 'none', columnWidth: 260 }}>
      {permissions.map((permission) => (
        <Text component="li" size="sm" key={permission} py={2} style={{ overflowWrap: 'anywhere', breakInside: 'avoid' }}>
          <PermissionAnchor permission={permission} />
        </Text>
      ))}
    </Box>
  );
}

/** Leads to who holds it whoever may see that. */
export function PermissionAnchor({ permission }: { permission: string }) {
  const may = useMay();
  if (!may.anywhere('admin:users:read')) return permission;
  return (
    <PageAnchor to="/permissions/$permission" params={{ permission }} inherit>
      {permission}
    </PageAnchor>
  );
}
