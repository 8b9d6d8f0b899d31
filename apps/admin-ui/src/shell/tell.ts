import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Says in passing that something was done; Mantine announces it to screen readers. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal', closeButtonProps: { 'aria-label': i18next.t('close') } });
}
