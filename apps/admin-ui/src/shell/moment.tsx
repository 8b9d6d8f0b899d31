import { Text, type TextProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const DAY: Intl.DateTimeFormatOptions = { dateStyle: 'medium' };
const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

interface MomentProps extends TextProps {
  /** As the service writes it: ISO 8601. */
  at: string;
  /** The day alone. */
  isDay?: boolean;
}

/** A moment in the reader's language and time zone, to the second when pointed at. */
export function Moment({ at, isDay = false, ...props }: MomentProps) {
  const { i18n } = useTranslation();
  const when = new Date(at);
  const text = new Intl.DateTimeFormat(i18n.language, isDay ? DAY : MINUTE).format(when);
  return (
    <Text component="time" inherit={props.size === undefined} dateTime={at} title={when.toISOString()} {...props}>
      {text}
    </Text>
  );
}
