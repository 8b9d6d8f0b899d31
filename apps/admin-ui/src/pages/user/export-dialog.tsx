import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { saveFile } from '../../shell/save-file.js';
import { tell } from '../../shell/tell.js';
import type { ActionDialogProps } from './action-dialog.js';

/** All that is kept about the user, as a file to hand over to them. */
export function ExportDialog({ read, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const { id, display_name: name } = read.value;
  const download = useMutation({
    mutationFn: async () => {
      const { data } = await http.GET('/v1/user-management/admin/users/{id}/export', { params: { path: { id } }, parseAs: 'blob' });
      if (data !== undefined) saveFile(`personal-data-${id}.json`, data);
    },
    onSuccess: () => {
      tell(t('user.actions.exportData.done'));
      onClose();
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.actions.exportData.name')}
      text={t('user.actions.exportData.text', { name })}
      action={t('user.actions.exportData.action')}
      command={download}
      onConfirm={() => download.mutate()}
    />
  );
}
