import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What is looked at while something is on its way. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <Center mih={200} role="status" aria-label={t('waiting')}>
      <Loader />
    </Center>
  );
}
