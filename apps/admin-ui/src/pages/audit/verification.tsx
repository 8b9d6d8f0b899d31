import { Alert, Button, CopyButton, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../../shell/trouble.js';
import type { AuditFilter } from './audit-search.js';
import { verifyTrail, type Broken, type Verified } from './verify-trail.js';

type Scope = Pick<AuditFilter, 'organisation_id' | 'scope'>;

/** Has every entry checked against what was written, and says where it isn't so. */
export function Verification({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure();
  const run = useVerification(scope);
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          open();
          void run.start();
        }}
      >
        {t('audit.verify')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => {
          run.stop();
          close();
        }}
        title={t('audit.verifyTitle')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {run.error === null ? <Outcome of={run.found} /> : <Trouble error={run.error} onRetry={() => void run.start()} />}
      </Modal>
    </>
  );
}

function useVerification(scope: Scope) {
  const [found, setFound] = useState<Verified | null>(null);
  const [error, setError] = useState<unknown>(null);
  const controller = useRef<AbortController>(null);
  const stop = () => controller.current?.abort();
  const start = async () => {
    stop();
    const { signal } = (controller.current = new AbortController());
    setFound(null);
    setError(null);
    try {
      for await (const sofar of verifyTrail(scope, signal)) if (!signal.aborted) setFound(sofar);
    } catch (refusal) {
      if (!signal.aborted) setError(refusal);
    }
  };
  return { found, error, start, stop };
}

function Outcome({ of: found }: { of: Verified | null }) {
  const { t, i18n } = useTranslation();
  const count = found?.entries ?? 0;
  if (!found?.isOver) {
    return (
      <Stack role="status">
        <Progress value={100} animated aria-label={t('audit.verifying')} />
        <Text size="sm">{t('audit.verifiedSoFar', { count, formatted: count.toLocaleString(i18n.language) })}</Text>
      </Stack>
    );
  }
  const isWhole = found.broken.length === 0;
  return (
    <Stack role="status">
      <Alert variant="light" color={isWhole ? 'teal' : 'red'} title={t(isWhole ? 'audit.whole' : 'audit.broken')}>
        <Text size="sm">{t('audit.verified', { count, formatted: count.toLocaleString(i18n.language) })}</Text>
        <List size="sm">
          {found.broken.map((link) => (
            <BrokenLink key={`${link.organisation_id ?? ''} ${link.sequence}`} link={link} />
          ))}
        </List>
      </Alert>
      <Text size="sm" c="dimmed">
        {t('audit.headsText')}
      </Text>
      <Group>
        <CopyButton value={JSON.stringify(found.heads)}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? t('copied') : t('audit.copyHeads')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

function BrokenLink({ link: { organisation_id: organisation, sequence, reason } }: { link: Broken }) {
  const { t } = useTranslation();
  return <List.Item>{t(`audit.reasons.${reason}`, { sequence, chain: organisation ?? t('audit.platform') })}</List.Item>;
}
