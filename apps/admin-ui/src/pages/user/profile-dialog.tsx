import { Input, Modal, SegmentedControl, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import type { Versioned } from '../../api/versioned.js';
import { EditForm } from '../../shell/edit-form.js';
import { tell } from '../../shell/tell.js';
import { useEdit } from '../../shell/use-edit.js';
import { atFormFields, CREDENTIALS, toProfileChanges, toProfileFields, type ProfileFields } from './profile-fields.js';
import { readUser, type User } from './user.js';

/** Changes the profile, and never over what somebody else has saved meanwhile unseen. */
export function ProfileDialog({ read, onClose }: { read: Versioned<User>; onClose: () => void }) {
  const { t } = useTranslation();
  const edit = useProfileEdit(read, onClose);
  const type = read.value.user_type;
  return (
    <Modal opened onClose={onClose} title={t('user.editTitle')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <EditForm edit={edit} nameOf={(field) => t(`user.fields.${field}`)} onCancel={onClose}>
        <TextInput label={t('user.fields.display_name')} required data-autofocus {...edit.form.getInputProps('display_name')} />
        <TextInput type="tel" label={t('user.fields.phone')} {...edit.form.getInputProps('phone')} />
        <Channel form={edit.form} />
        {type === 'clinician' && <CredentialFields form={edit.form} />}
        {type === 'patient' && <TextInput label={t('user.fields.clinical_patient_id')} {...edit.form.getInputProps('clinical_patient_id')} />}
      </EditForm>
    </Modal>
  );
}

function useProfileEdit(read: Versioned<User>, onClose: () => void) {
  const { t } = useTranslation();
  const { id } = read.value;
  const { mutateAsync } = useMutation({
    mutationFn: ({ changes, version }: { changes: Partial<ProfileFields>; version: string }) =>
      http.PATCH('/v1/user-management/admin/users/{id}', { params: { path: { id }, header: { 'If-Match': version } }, body: toProfileChanges(changes) }),
  });
  return useEdit<User, ProfileFields>({
    read,
    toFields: toProfileFields,
    reread: () => readUser(id),
    save: async (changes, version) => {
      if (Object.keys(changes).length === 0) return;
      await mutateAsync({ changes, version }).catch((refusal: unknown) => Promise.reject(atFormFields(refusal) as Error));
    },
    onSaved: () => {
      tell(t('saved'));
      onClose();
    },
    validate: { display_name: (name) => (name.trim() === '' ? t('required') : null) },
  });
}

type Form = UseFormReturnType<ProfileFields>;

function Channel({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <div>
      <Input.Label labelElement="div" id="preferred-channel" display="block">
        {t('user.fields.preferred_channel')}
      </Input.Label>
      <SegmentedControl
        aria-labelledby="preferred-channel"
        data={(['email', 'phone'] as const).map((value) => ({ value, label: t(`user.channels.${value}`) }))}
        {...form.getInputProps('preferred_channel')}
      />
    </div>
  );
}

function CredentialFields({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {CREDENTIALS.map((field) => {
        const props = { label: t(`user.fields.${field}`), ...form.getInputProps(field) };
        if (field === 'qualifications') return <Textarea key={field} autosize {...props} />;
        return <TextInput key={field} type={field.startsWith('valid_') ? 'date' : 'text'} {...props} />;
      })}
    </SimpleGrid>
  );
}
