import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { queries } from '../../api/queries.js';
import { readVersion, type Versioned } from '../../api/versioned.js';
import { Conflict } from '../../shell/conflict.js';
import { tell } from '../../shell/tell.js';
import { Trouble } from '../../shell/trouble.js';
import { useEdit } from '../../shell/use-edit.js';
import type { Webhook } from './webhook.js';
import { WebhookFields, type WebhookValues } from './webhook-fields.js';

const PATH = '/v1/user-management/admin/webhooks/{id}';

/** A form over the version that was shown when it was opened. */
export function EditWebhook({ read, onClose }: { read: Versioned<Webhook>; onClose: () => void }) {
  const { t } = useTranslation();
  const path = { id: read.value.id };
  const edit = useEdit<Webhook, WebhookValues>({
    read,
    toFields: ({ url, types, description }) => ({ url, types, description }),
    reread: () => readVersion(() => http.GET(PATH, { params: { path } })),
    save: (body, version) => http.PATCH(PATH, { params: { path, header: { 'If-Match': version } }, body: { skip_missed: false, ...body } }),
    onSaved: () => {
      tell(t('saved'));
      void queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <form onSubmit={edit.submit}>
      <Stack>
        <WebhookFields inputProps={(field) => edit.form.getInputProps(field)} />
        {edit.conflict && <Conflict differences={edit.conflict} nameOf={(field) => t(`settings.${field}`)} onTakeTheirs={edit.takeTheirs} onKeepMine={edit.keepMine} />}
        {edit.error !== null && <Trouble error={edit.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={edit.isSaving}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
