import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from './trouble.js';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and what can't be undone. */
  text?: string;
  /** The word on the button: a verb. */
  action: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  /** What `useMutation` answers. */
  command: { isPending: boolean; error: unknown; reset: () => void };
  onConfirm: () => void;
  /** Below: they say themselves what is wrong with them. */
  fields?: object;
  /** More to fill in. */
  children?: ReactNode;
}

/** Asks before it is done; says why when it could not be. */
export function Confirm({ opened, onClose, title, text, action, isDangerous = false, isDisabled = false, command, onConfirm, fields = {}, children }: ConfirmProps) {
  const { t } = useTranslation();
  const close = () => {
    command.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <Stack>
          {text !== undefined && <Text size="sm">{text}</Text>}
          {children}
          {command.error !== null && <Trouble error={command.error} fields={fields} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" color={isDangerous ? 'red.9' : undefined} loading={command.isPending} disabled={isDisabled} data-autofocus={children === undefined || undefined}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
