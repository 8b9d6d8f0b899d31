import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function AuditPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.audit')}>{null}</Page>;
}
