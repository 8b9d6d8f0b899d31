import { Alert, Button, Group, Menu, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../../shell/trouble.js';
import { tell } from '../../shell/tell.js';
import type { AuditFilter } from './audit-search.js';
import { EXPORT_FORMATS, exportAudit, type ExportFormat } from './export-audit.js';

const KB = 1_000;

/** What the filters let through, as a file; long trails take a while, so it says how far it is and can be stopped. */
export function AuditExport({ filter }: { filter: AuditFilter }) {
  const { t, i18n } = useTranslation();
  const [bytes, setBytes] = useState(0);
  const stop = useRef<AbortController>(null);
  const command = useMutation({
    mutationFn: async (format: ExportFormat) => {
      const controller = new AbortController();
      stop.current = controller;
      setBytes(0);
      return exportAudit({ ...filter, format }, setBytes, controller.signal);
    },
    onSuccess: (isWhole) => isWhole && tell(t('audit.exported')),
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" disabled={command.isPending}>
            {t('audit.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {EXPORT_FORMATS.map((format) => (
            <Menu.Item key={format} onClick={() => command.mutate(format)}>
              {t(`audit.formats.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {command.isPending && (
        <Alert variant="light" p="xs" role="status" w="100%">
          <Group justify="space-between">
            <Text size="sm">{t('audit.exporting', { size: Math.ceil(bytes / KB).toLocaleString(i18n.language) })}</Text>
            <Button size="xs" variant="default" onClick={() => stop.current?.abort()}>
              {t('cancel')}
            </Button>
          </Group>
        </Alert>
      )}
      {command.error !== null && <Trouble error={command.error} />}
    </>
  );
}
