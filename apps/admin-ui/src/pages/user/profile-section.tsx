import { Button, Card, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Versioned } from '../../api/versioned.js';
import { Moment } from '../../shell/moment.js';
import { Facts } from './facts.js';
import { ProfileDialog } from './profile-dialog.js';
import { CREDENTIALS } from './profile-fields.js';
import { useDialog } from './use-dialog.js';
import type { User } from './user.js';

/** Who the user is; what belongs to their type. */
export function ProfileSection({ read, mayChange }: { read: Versioned<User>; mayChange: boolean }) {
  const { t } = useTranslation();
  const dialog = useDialog();
  const user = read.value;
  return (
    <Stack>
      <Part title={t('user.person')} action={mayChange && <Button variant="default" onClick={dialog.open}>{t('edit')}</Button>}>
        <Facts
          of={[
            [t('user.fields.email'), user.email],
            [t('user.fields.phone'), user.phone],
            [t('user.fields.preferred_channel'), t(`user.channels.${user.preferred_channel}`)],
            [t('user.fields.locale'), <LocaleName key="locale" tag={user.locale} />],
            [t('user.fields.time_zone'), user.time_zone],
            [t('user.fields.id'), user.id],
            [t('user.fields.created_at'), <Moment key="created" at={user.created_at} />],
            [t('user.fields.updated_at'), <Moment key="updated" at={user.updated_at} />],
          ]}
        />
      </Part>
      {user.user_type === 'clinician' && <Credentials user={user} />}
      {user.user_type === 'patient' && (
        <Part title={t('user.patientAccount')}>
          <Facts of={[[t('user.fields.clinical_patient_id'), user.patient_account?.clinical_patient_id ?? null]]} />
        </Part>
      )}
      {dialog.isOpen && <ProfileDialog read={read} onClose={dialog.close} />}
    </Stack>
  );
}

function Credentials({ user }: { user: User }) {
  const { t } = useTranslation();
  const factOf = (field: (typeof CREDENTIALS)[number]): ReactNode => {
    const value = user.practitioner_profile?.[field] ?? null;
    return value !== null && field.startsWith('valid_') ? <Moment at={`${value}T12:00:00`} isDay /> : value;
  };
  return (
    <Part title={t('user.credentials')}>
      <Facts of={CREDENTIALS.map((field) => [t(`user.fields.${field}`), factOf(field)] as const)} />
    </Part>
  );
}

function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Card>
  );
}

/** What a language tag is called by whoever reads it. */
function LocaleName({ tag }: { tag: string | null }) {
  const { i18n } = useTranslation();
  if (tag === null) return '–';
  return `${new Intl.DisplayNames(i18n.language, { type: 'language' }).of(tag) ?? tag} (${tag})`;
}
