import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function PermissionsPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.permissions')}>{null}</Page>;
}
