import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function ProductsPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.products')}>{null}</Page>;
}
