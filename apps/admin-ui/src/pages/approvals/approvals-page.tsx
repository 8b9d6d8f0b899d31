import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function ApprovalsPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.approvals')}>{null}</Page>;
}
