import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function WebhookPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.webhooks')}>{null}</Page>;
}
