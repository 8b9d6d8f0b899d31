import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { refusedFields } from '../../shell/refused-fields.js';
import { tell } from '../../shell/tell.js';
import { WebhookFields, type WebhookValues } from './webhook-fields.js';

interface NewWebhookProps {
  opened: boolean;
  onClose: () => void;
  /** What the receiver verifies signatures with, told this once. */
  onSecret: (secret: string) => void;
}

export function NewWebhookDialog({ opened, onClose, onSecret }: NewWebhookProps) {
  const { t } = useTranslation();
  const form = useForm<WebhookValues>({ initialValues: { url: '', types: [], description: '' } });
  const close = () => {
    form.reset();
    onClose();
  };
  const command = api.useMutation('post', '/v1/user-management/admin/webhooks', {
    onError: (error: unknown) => form.setErrors(refusedFields(error)),
    onSuccess: ({ secret }) => {
      tell(t('settings.added'));
      if (secret !== undefined) onSecret(secret);
      close();
    },
  });
  return (
    <Confirm opened={opened} onClose={close} title={t('settings.add')} action={t('settings.addAction')} command={command} onConfirm={() => command.mutate({ body: form.getValues() })} fields={form.values}>
      <WebhookFields inputProps={(field) => form.getInputProps(field)} />
    </Confirm>
  );
}
