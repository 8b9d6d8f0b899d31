import { useTranslation } from 'react-i18next';
import { Page } from '../../shell/page.js';

export function EventsPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.events')}>{null}</Page>;
}
