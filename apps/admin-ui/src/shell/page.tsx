import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface PageProps {
  title: string;
  /** Beside the title, in few words: how many, in which state. */
  note?: ReactNode;
  /** Buttons of what can be done on the whole page. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's heading with what can be done there, and the tab's name. */
export function Page({ title, note, actions, children }: PageProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  return (
    <Stack>
      <Group justify="space-between" align="start" gap="xs">
        <Group gap="sm" align="baseline" miw={0}>
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {typeof note === 'string' ? <Text c="dimmed">{note}</Text> : note}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
