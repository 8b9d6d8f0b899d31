import { Box, CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { PANEL } from './offered-permissions.js';

interface ChosenPermissionsProps {
  permissions: string[];
  onRemove: (permission: string) => void;
  /** Where the keyboard goes on when the last one is gone. */
  onEmpty: () => void;
}

/** What is chosen, whatever is searched for beside it. */
export function ChosenPermissions({ permissions, onRemove, onEmpty }: ChosenPermissionsProps) {
  const { t } = useTranslation();
  function remove(event: MouseEvent<HTMLButtonElement>, permission: string): void {
    const row = event.currentTarget.closest('li');
    const next = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector('button');
    if (next) next.focus();
    else onEmpty();
    onRemove(permission);
  }
  return (
    <Stack gap="sm">
      <Title order={3} size="sm">
        {t('roles.picker.chosen', { count: permissions.length })}
      </Title>
      {permissions.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('roles.picker.none')}
        </Text>
      )}
      <Box component="ul" m={0} p={0} style={{ ...PANEL, listStyle: 'none' }}>
        {permissions.map((permission) => (
          <Group component="li" key={permission} wrap="nowrap" justify="space-between" gap="xs" py={2}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {permission}
            </Text>
            <CloseButton aria-label={t('roles.picker.remove', { permission })} onClick={(event) => remove(event, permission)} />
          </Group>
        ))}
      </Box>
    </Stack>
  );
}
