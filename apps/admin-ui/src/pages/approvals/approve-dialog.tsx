import { Progress, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { USER_TYPES, type UserType } from '@sa-platform/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { RolePicker } from '../../pickers/role-picker.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { useMay } from '../../session/me.js';
import type { PendingUser } from './approval-search.js';
import { approve, approveMany } from './approve.js';
import type { Decided } from './bulk-answers.js';

interface ApproveDialogProps {
  /** Null: nobody is asked about. */
  users: PendingUser[] | null;
  onClose: () => void;
  /** What became of each, when there were several. */
  onDecided: (decided: Decided[]) => void;
}

interface Fields {
  type: UserType | null;
  organisationId: string | null;
  roleId: string | null;
}

const NOTHING: Fields = { type: null, organisationId: null, roleId: null };

/** As what they come in, and where they become members if at all. */
export function ApproveDialog({ users, onClose, onDecided }: ApproveDialogProps) {
  const { t } = useTranslation();
  const [done, setDone] = useState(0);
  const form = useApprovalForm();
  const role = useRoleKey(form.values.roleId);
  const close = () => {
    form.reset();
    setDone(0);
    onClose();
  };
  const command = useMutation({
    mutationFn: async ({ people, type, organisationId }: { people: PendingUser[]; type: UserType; organisationId: string | null }) => {
      const membership = organisationId === null || role === undefined ? {} : { organisation_id: organisationId, membership_role_key: role };
      const approval = { role: type, ...membership };
      const [only, ...others] = people;
      if (only && others.length === 0) return approve(only.id, approval).then(() => null);
      return approveMany(people, approval, setDone);
    },
    onSuccess: (decided, { people }) => {
      if (decided) onDecided(decided);
      else tell(t('approvals.approved', { name: people[0]?.display_name ?? '' }));
      close();
    },
  });
  const count = users?.length ?? 0;
  return (
    <Confirm
      opened={users !== null}
      onClose={close}
      title={count === 1 ? t('approvals.approveOne', { name: users?.[0]?.display_name ?? '' }) : t('approvals.approveMany', { count })}
      action={t('approvals.approve')}
      command={command}
      onConfirm={() => {
        const { type, organisationId } = form.values;
        const isReady = !form.validate().hasErrors && (organisationId === null || role !== undefined);
        if (isReady && users && type) command.mutate({ people: users, type, organisationId });
      }}
    >
      <ApprovalFields form={form} />
      {command.isPending && count > 1 && (
        <Stack gap={4} role="status">
          <Progress value={(done / count) * 100} aria-label={t('approvals.progress', { done, count })} />
          <Text size="sm">{t('approvals.progress', { done, count })}</Text>
        </Stack>
      )}
    </Confirm>
  );
}

function useApprovalForm() {
  const { t } = useTranslation();
  return useForm<Fields>({
    initialValues: NOTHING,
    validate: {
      type: (type) => (type === null ? t('required') : null),
      roleId: (role, { organisationId }) => (organisationId !== null && role === null ? t('required') : null),
    },
  });
}

function ApprovalFields({ form }: { form: ReturnType<typeof useApprovalForm> }) {
  const { t } = useTranslation();
  const may = useMay();
  const types = USER_TYPES.filter((type) => type !== 'admin' || may.platformAdmin);
  const { organisationId } = form.values;
  return (
    <>
      <Select
        data-autofocus
        required
        withAsterisk={false}
        label={t('approvals.as')}
        data={types.map((value) => ({ value, label: t(`type.${value}`) }))}
        {...form.getInputProps('type')}
      />
      <OrganisationPicker
        label={t('approvals.organisation')}
        description={t('approvals.membershipNote')}
        clearable
        value={organisationId}
        onChange={(id) => form.setValues({ organisationId: id, roleId: null })}
      />
      {organisationId !== null && (
        <RolePicker
          label={t('approvals.role')}
          organisationId={organisationId}
          value={form.values.roleId}
          onChange={(id) => form.setFieldValue('roleId', id)}
          error={form.errors.roleId}
        />
      )}
    </>
  );
}

/** The picker knows roles by id, an approval takes a key. */
function useRoleKey(id: string | null): string | undefined {
  const role = api.useQuery('get', '/v1/user-management/admin/roles/{id}', { params: { path: { id: id ?? '' } } }, { enabled: id !== null });
  return id === null ? undefined : role.data?.key;
}
