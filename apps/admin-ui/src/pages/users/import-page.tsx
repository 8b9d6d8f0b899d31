import { Paper, Stack, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { useActing } from '../../session/acting.js';
import { useMay } from '../../session/me.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { EarlierImports } from './earlier-imports.js';
import { ImportColumns } from './import-columns.js';
import { ImportForm } from './import-form.js';
import { ImportProgress } from './import-progress.js';
import { isOver, POLL_MS } from './import-view.js';
import { useUpload, type Chosen } from './use-upload.js';

const route = getRouteApi('/users/import');

/** Many users out of a file: looked through first, then brought in. */
export function ImportPage() {
  const { t } = useTranslation();
  const may = useMay();
  const isInPerson = useActing() === null;
  const { import: shown } = route.useSearch();
  const [arrivedAt] = useState(shown);
  const isNews = shown !== arrivedAt;
  return (
    <Page title={t('users.import.title')}>
      {!may.anywhere('admin:users:write') ? (
        <Text c="dimmed">{t('users.mayNot')}</Text>
      ) : (
        <Stack gap="lg" maw={900}>
          {isInPerson ? <NewImport shown={shown} isNews={isNews} /> : shown !== undefined && <ShownImport id={shown} isNews={isNews} />}
          <EarlierImports shown={shown} />
        </Stack>
      )}
    </Page>
  );
}

function NewImport({ shown, isNews }: { shown: string | undefined; isNews: boolean }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [checked, setChecked] = useState<string | null>(null);
  const upload = useUpload((id, isDryRun) => {
    setChecked(isDryRun ? id : null);
    void navigate({ search: { import: id } });
  });
  const choose = (next: Chosen | null) => {
    upload.reset();
    setChecked(null);
    setChosen(next);
  };
  const isChecked = checked !== null && checked === shown;
  return (
    <>
      <Paper withBorder p="md">
        <Stack>
          <Title order={2} size="h4">
            {t('users.import.new')}
          </Title>
          <ImportForm chosen={chosen} onChoose={choose} upload={upload} />
          <ImportColumns />
        </Stack>
      </Paper>
      {shown !== undefined && (
        <ShownImport
          id={shown}
          isNews={isNews}
          {...(isChecked && chosen ? { isSending: upload.isPending, onImport: () => upload.mutate({ ...chosen, isDryRun: false }) } : {})}
        />
      )}
    </>
  );
}

interface ShownImportProps {
  id: string;
  /** Shown by what was done here, and not by the address that the page was opened with. */
  isNews: boolean;
  isSending?: boolean;
  /** Brings in what was looked through, while its file is at hand. */
  onImport?: () => void;
}

function ShownImport({ id, isNews, ...further }: ShownImportProps) {
  const { t } = useTranslation();
  const one = api.useQuery(
    'get',
    '/v1/user-management/admin/imports/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state: { data } }) => (data && isOver(data) ? false : POLL_MS) },
  );
  const panel = useRef<HTMLDivElement>(null);
  const isDone = one.data !== undefined && isOver(one.data);
  // The buttons that led here, or ended it, are gone with what they did.
  useEffect(() => {
    if (isNews && document.activeElement === document.body) panel.current?.focus({ preventScroll: isDone });
  }, [id, isNews, isDone]);
  return (
    <Paper withBorder p="md" ref={panel} tabIndex={-1} role="region" aria-label={t('users.import.shown')}>
      <Loaded of={one}>{(view) => <ImportProgress view={view} {...further} />}</Loaded>
    </Paper>
  );
}
