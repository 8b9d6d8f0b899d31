import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** When a membership ends, in the reader's own time zone; empty: never. */
export function EndField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return <TextInput type="datetime-local" label={t('user.ends')} description={t('user.endsNote')} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** As the browser's field writes it: local time to the minute, without a zone. */
export function toField(at: string | null): string {
  if (at === null) return '';
  const when = new Date(at);
  return new Date(when.getTime() - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromField(field: string): string | null {
  return field === '' ? null : new Date(field).toISOString();
}
