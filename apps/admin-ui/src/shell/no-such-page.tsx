import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageAnchor } from './links.js';
import { Page } from './page.js';

export function NoSuchPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('noSuchPage.title')}>
      <Text c="dimmed">{t('noSuchPage.text')}</Text>
      <PageAnchor to="/">{t('noSuchPage.back')}</PageAnchor>
    </Page>
  );
}
