import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { ROLES, type Role } from './role.js';

interface DeleteRoleProps {
  role: Role;
  version: string;
  opened: boolean;
  onClose: () => void;
}

export function DeleteRole({ role: { id, name }, version, opened, onClose }: DeleteRoleProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const command = useMutation({
    // They leave the page before everything is asked for again: what is gone is not asked for.
    mutationFn: async () => {
      await http.DELETE(`${ROLES}/{id}`, { params: { path: { id }, header: { 'If-Match': version } } });
      await navigate({ to: '/roles' });
    },
    onSuccess: () => tell(t('roles.delete.done', { name })),
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('roles.delete.title', { name })}
      text={t('roles.delete.text')}
      action={t('roles.delete.action')}
      isDangerous
      command={command}
      onConfirm={() => command.mutate()}
    />
  );
}
