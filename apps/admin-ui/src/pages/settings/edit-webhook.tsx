import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { queries } from '../../api/queries.js';
import { readVersion, type Versioned } from '../../api/versioned.js';
import { EditForm } from '../../shell/edit-form.js';
import { tell } from '../../shell/tell.js';
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
    validate: { url: (url) => (url.trim() === '' ? t('required') : null) },
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
    <EditForm edit={edit} nameOf={(field) => t(`settings.${field}`)} onCancel={onClose}>
      <WebhookFields inputProps={(field) => edit.form.getInputProps(field)} />
    </EditForm>
  );
}
