import { notifications } from '@mantine/notifications';

/** Says in passing that something was done; Mantine announces it to screen readers. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal' });
}
