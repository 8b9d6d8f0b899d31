import { useTranslation } from 'react-i18next';

/** Why a receiver did not take an event, in words: `status_500`, `timeout`, `refused` … */
export function useReason(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => {
    const [, status] = /^status_(\d+)$/.exec(code) ?? [];
    if (status !== undefined) return t('settings.failures.status', { status });
    const key = `settings.failures.${code}`;
    return i18n.exists(key) ? t(key as 'settings.failures.timeout') : code;
  };
}
