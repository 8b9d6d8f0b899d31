import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import type { Versioned } from '../../api/versioned.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { ChangeTypeDialog } from './change-type-dialog.js';
import { EraseDialog } from './erase-dialog.js';
import { ExportDialog } from './export-dialog.js';
import { ImpersonateDialog } from './impersonate-dialog.js';
import type { Action } from './possible-actions.js';
import { ResetPasswordDialog } from './reset-password-dialog.js';
import type { User } from './user.js';

export interface ActionDialogProps {
  read: Versioned<User>;
  onClose: () => void;
}

/** Actions that need more than a yes. */
const OWN_DIALOGS = {
  changeType: ChangeTypeDialog,
  resetPassword: ResetPasswordDialog,
  impersonate: ImpersonateDialog,
  exportData: ExportDialog,
  erase: EraseDialog,
};
type PlainAction = Exclude<Action, keyof typeof OWN_DIALOGS>;

export function ActionDialog({ action, isDangerous, ...props }: ActionDialogProps & { action: Action; isDangerous: boolean }) {
  if (isPlain(action)) return <PlainDialog action={action} isDangerous={isDangerous} {...props} />;
  const Dialog = OWN_DIALOGS[action];
  return <Dialog {...props} />;
}

function isPlain(action: Action): action is PlainAction {
  return !(action in OWN_DIALOGS);
}

const PATH = '/v1/user-management/admin/users/{id}';

const COMMANDS: Record<PlainAction, (params: { path: { id: string } }) => Promise<unknown>> = {
  approve: (params) => http.PATCH(PATH, { params, body: { status: 'active' } }),
  suspend: (params) => http.PATCH(PATH, { params, body: { status: 'suspended' } }),
  reactivate: (params) => http.PATCH(PATH, { params, body: { status: 'active' } }),
  deactivate: (params) => http.DELETE(PATH, { params }),
  revoke: (params) => http.POST(`${PATH}/revoke`, { params }),
  resendInvitation: (params) => http.POST(`${PATH}/resend-invitation`, { params }),
  revokeSessions: (params) => http.POST(`${PATH}/revoke-sessions`, { params }),
};

function PlainDialog({ action, isDangerous, read, onClose }: ActionDialogProps & { action: PlainAction; isDangerous: boolean }) {
  const { t } = useTranslation();
  const { id, display_name: name } = read.value;
  const command = useMutation({
    mutationFn: () => COMMANDS[action]({ path: { id } }),
    onSuccess: () => {
      tell(t(`user.actions.${action}.done`));
      onClose();
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t(`user.actions.${action}.name`)}
      text={t(`user.actions.${action}.text`, { name })}
      action={t(`user.actions.${action}.name`)}
      isDangerous={isDangerous}
      command={command}
      onConfirm={() => command.mutate()}
    />
  );
}
