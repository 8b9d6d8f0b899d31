import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.js';

export const LANGUAGES = { en: 'English', es: 'Español' } as const;
type Language = keyof typeof LANGUAGES;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const KEPT = 'language';
const FIELD_MESSAGES = 'fieldMessages';

/** English comes with the first load, another language when it is wanted. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: localeOf('en'),
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
  i18next.on('languageChanged', (locale) => {
    document.documentElement.lang = locale;
  });
  const wanted = wantedLanguage();
  if (wanted !== 'en') await speak(wanted);
}

/** Speaks it from now on, and the next time too. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  if (language === 'es' && !i18next.hasResourceBundle('es', 'translation')) {
    const { es, fieldMessages } = await import('./es.js');
    i18next.addResourceBundle('es', 'translation', es);
    i18next.addResourceBundle('es', FIELD_MESSAGES, fieldMessages);
  }
  await i18next.changeLanguage(localeOf(language));
}

/** The language as it is written where the reader is, if the browser says so: dates and numbers go by it. */
function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

/** What the service says of a single field, which is English, in the reader's language as far as that knows it. */
export function fieldMessage(message: string): string {
  const numbers = message.match(/\d+/g) ?? [];
  const known = i18next.getResourceBundle(i18next.resolvedLanguage ?? 'en', FIELD_MESSAGES) as Record<string, string> | undefined;
  return known?.[message.replace(/\d+/g, '#')]?.replace(/#/g, () => numbers.shift() ?? '') ?? message;
}

function wantedLanguage(): Language {
  const wanted = localStorage.getItem(KEPT) ?? navigator.language.split('-')[0] ?? 'en';
  return wanted in LANGUAGES ? (wanted as Language) : 'en';
}
