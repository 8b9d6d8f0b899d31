import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function IdentityPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.identity')}>{null}</Page>;
}
