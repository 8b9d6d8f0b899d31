import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function UserPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.users')}>{null}</Page>;
}
