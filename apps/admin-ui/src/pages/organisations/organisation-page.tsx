import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function OrganisationPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.organisations')}>{null}</Page>;
}
