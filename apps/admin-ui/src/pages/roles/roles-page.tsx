import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function RolesPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.roles')}>{null}</Page>;
}
