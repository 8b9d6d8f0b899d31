import { useTranslation } from 'react-i18next';

/** Why the provider or we would not: a refusal's code, or how an adapter failed, in words. */
export function useReason(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => {
    const key = [`identity.failures.${code}`, `errors.codes.${code}`].find((candidate) => i18n.exists(candidate));
    return key === undefined ? code : t(key as 'identity.failures.conflict');
  };
}
