import { Button, Menu } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Versioned } from '../../api/versioned.js';
import { useActing } from '../../session/acting.js';
import { useMay } from '../../session/me.js';
import { ActionDialog } from './action-dialog.js';
import { possibleActions, type Action } from './possible-actions.js';
import type { Authority, User } from './user.js';

const route = getRouteApi('/users/$id');
/** Takes access away, or something that does not come back. */
const DANGEROUS: readonly Action[] = ['suspend', 'revoke', 'deactivate', 'erase'];

/** Legible in both colour schemes. */
const RED = 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-3))';

/** What can be done with the user in their state by whoever is signed in, and the dialog of it. */
export function UserActions({ read, authority }: { read: Versioned<User>; authority: Authority }) {
  const { t } = useTranslation();
  const may = useMay();
  const isActing = useActing() !== null;
  const button = useRef<HTMLButtonElement>(null);
  const { action: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const actions = possibleActions({ user: read.value, authority, may, isActing });
  if (actions.length === 0) return null;
  const open = (action: Action) => void navigate({ search: (before) => ({ ...before, action }), replace: true });
  const close = () => {
    void navigate({ search: ({ action: _action, ...before }) => before, replace: true });
    button.current?.focus();
  };
  const action = actions.find((possible) => possible === asked);
  return (
    <>
      <Menu position="bottom-end" returnFocus>
        <Menu.Target>
          <Button ref={button} variant="default">
            {t('user.actions.label')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((possible) => (
            <Menu.Item key={possible} {...(DANGEROUS.includes(possible) ? { c: RED } : {})} onClick={() => open(possible)}>
              {t(`user.actions.${possible}.name`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action && <ActionDialog key={action} action={action} read={read} isDangerous={DANGEROUS.includes(action)} onClose={close} />}
    </>
  );
}
