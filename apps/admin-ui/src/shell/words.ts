import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem.js';

/** Says an error in words that a person understands: by its code, whatever the language. */
export function useWords(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ProblemError)) return t('errors.network');
    const { code, title } = error.problem;
    return i18n.exists(`errors.codes.${code}`) ? t(`errors.codes.${code}`) : title;
  };
}
