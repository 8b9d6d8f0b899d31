import { Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { readVersion, type Versioned } from '../../api/versioned.js';
import { useMay } from '../../session/me.js';
import { EditForm } from '../../shell/edit-form.js';
import { Page } from '../../shell/page.js';
import { tell } from '../../shell/tell.js';
import { useEdit, type Difference } from '../../shell/use-edit.js';
import { PermissionPicker } from './permission-picker.js';
import { ROLES, type Role } from './role.js';

interface Fields {
  name: string;
  description: string;
  permissions: string[];
}

interface EditRoleProps {
  read: Versioned<Role>;
  reread: Parameters<typeof readVersion<Role>>[0];
  onDone: () => void;
}

/** What may be changed of a role: of a system role not its name. */
export function EditRole({ read, reread, onDone }: EditRoleProps) {
  const { t } = useTranslation();
  const may = useMay();
  const { id, name, is_system: isSystem, organisation_id: owner } = read.value;
  const command = api.useMutation('patch', `${ROLES}/{id}`);
  const edit = useEdit<Role, Fields>({
    read,
    toFields: ({ name, description, permissions }) => ({ name, description, permissions }),
    reread: () => readVersion(reread),
    save: (body, version) => command.mutateAsync({ params: { path: { id }, header: { 'If-Match': version } }, body }),
    onSaved: () => {
      tell(t('saved'));
      onDone();
    },
    validate: { name: (value) => (value.trim() === '' ? t('required') : null) },
  });
  const { form } = edit;
  const mayGive = (permission: string) => may.platformAdmin || (owner !== null && may.in(permission, owner));
  return (
    <Page title={t('roles.edit.title', { name })}>
      <EditForm edit={{ ...edit, conflict: edit.conflict?.map(withoutShared) ?? null }} nameOf={(field) => t(`roles.${field}`)} onCancel={onDone}>
        <TextInput
          label={t('roles.name')}
          required
          maxLength={200}
          disabled={isSystem}
          description={isSystem ? t('roles.systemMeans') : undefined}
          autoFocus={!isSystem}
          {...form.getInputProps('name')}
        />
        <Textarea label={t('roles.description')} maxLength={500} autosize minRows={2} autoFocus={isSystem} {...form.getInputProps('description')} />
        <PermissionPicker mayGive={mayGive} {...form.getInputProps('permissions')} />
      </EditForm>
    </Page>
  );
}

/** Of two long lists only what differs is worth reading. */
function withoutShared(difference: Difference<Fields>): Difference<Fields> {
  const { theirs, mine } = difference;
  if (!Array.isArray(theirs) || !Array.isArray(mine)) return difference;
  const without = (some: string[], others: string[]) => some.filter((permission) => !others.includes(permission));
  return { ...difference, theirs: without(theirs, mine), mine: without(mine, theirs) };
}
