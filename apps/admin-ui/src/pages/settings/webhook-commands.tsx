import { Button, Checkbox } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { Webhook } from './webhook.js';

const PATH = '/v1/user-management/admin/webhooks/{id}';

interface CommandsProps {
  webhook: Webhook;
  /** The one that is looked at: somebody else's change is not run over. */
  version: string;
  onSecret: (secret: string) => void;
}

type Asked = 'switch' | 'rotate' | 'delete';
type DialogProps = CommandsProps & { opened: boolean; onClose: () => void };

/** What can be done with a webhook as a whole; each is asked about first. */
export function WebhookCommands(props: CommandsProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const isOn = props.webhook.state === 'enabled';
  const dialog = (name: Asked): DialogProps => ({ ...props, opened: asked === name, onClose: () => setAsked(null) });
  return (
    <>
      <Button variant="default" onClick={() => setAsked('switch')}>
        {t(isOn ? 'settings.disable' : 'settings.enable')}
      </Button>
      <Button variant="default" onClick={() => setAsked('rotate')}>
        {t('settings.rotate')}
      </Button>
      <Button variant="default" onClick={() => setAsked('delete')}>
        {t('settings.delete')}
      </Button>
      {isOn ? <DisableDialog {...dialog('switch')} /> : <EnableDialog {...dialog('switch')} />}
      <RotateDialog {...dialog('rotate')} />
      <DeleteDialog {...dialog('delete')} />
    </>
  );
}

function paramsOf({ webhook: { id }, version }: CommandsProps) {
  return { path: { id }, header: { 'If-Match': version } };
}

function DisableDialog({ opened, onClose, ...props }: DialogProps) {
  const { t } = useTranslation();
  const command = api.useMutation('patch', PATH, { onSuccess: onClose });
  const body = { enabled: false, skip_missed: false };
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('settings.disable')}
      text={t('settings.disableText')}
      action={t('settings.disable')}
      command={command}
      onConfirm={() => command.mutate({ params: paramsOf(props), body })}
    />
  );
}

function EnableDialog({ opened, onClose, ...props }: DialogProps) {
  const { t } = useTranslation();
  const [skips, setSkips] = useState(false);
  const command = api.useMutation('patch', PATH, { onSuccess: onClose });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('settings.enable')}
      text={t('settings.enableText', { count: props.webhook.waiting })}
      action={t('settings.enable')}
      command={command}
      onConfirm={() => command.mutate({ params: paramsOf(props), body: { enabled: true, skip_missed: skips } })}
    >
      <Checkbox data-autofocus label={t('settings.skip')} checked={skips} onChange={(event) => setSkips(event.currentTarget.checked)} />
    </Confirm>
  );
}

function RotateDialog({ opened, onClose, onSecret, ...props }: DialogProps) {
  const { t } = useTranslation();
  const command = api.useMutation('post', `${PATH}/rotate-secret`, {
    onSuccess: ({ secret }) => {
      if (secret !== undefined) onSecret(secret);
      onClose();
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('settings.rotate')}
      text={t('settings.rotateText')}
      action={t('settings.rotate')}
      command={command}
      onConfirm={() => command.mutate({ params: paramsOf({ ...props, onSecret }) })}
    />
  );
}

function DeleteDialog({ opened, onClose, ...props }: DialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const command = useMutation({
    mutationFn: async () => {
      await http.DELETE(PATH, { params: paramsOf(props) });
      // Away first: what is deleted must not be asked for again.
      await navigate({ to: '/settings/webhooks' });
    },
    onSuccess: () => tell(t('settings.deleted')),
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('settings.delete')}
      text={t('settings.deleteText')}
      action={t('settings.delete')}
      isDangerous
      command={command}
      onConfirm={() => command.mutate()}
    />
  );
}
