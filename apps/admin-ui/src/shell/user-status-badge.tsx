import { Badge } from '@mantine/core';
import type { UserStatus } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';

const COLOURS = { pending: 'yellow', active: 'teal', suspended: 'orange', deactivated: 'gray' } as const;

export function UserStatusBadge({ status }: { status: UserStatus }) {
  const { t } = useTranslation();
  return (
    <Badge variant="dot" tt="none" fw={500} color={COLOURS[status]}>
      {t(`status.${status}`)}
    </Badge>
  );
}
