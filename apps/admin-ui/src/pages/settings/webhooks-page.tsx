import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function WebhooksPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.webhooks')}>{null}</Page>;
}
