import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem.js';
import { useWords } from './words.js';

interface TroubleProps {
  error: unknown;
  onRetry?: () => void;
  /** Of a form: they say themselves what is wrong with them. */
  fields?: object;
}

/** An error in words that a person understands, with the request's id to copy for whoever can look into it. */
export function Trouble({ error, onRetry, fields = {} }: TroubleProps) {
  const { t } = useTranslation();
  const words = useWords();
  const problem = error instanceof ProblemError ? error.problem : null;
  const others = problem?.errors?.filter(({ field }) => !(field in fields));
  return (
    <Alert color="red" variant="light" role="alert" title={t('errors.title')} m="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{words(error)}</Text>
        {others?.map(({ field, message }) => (
          <Text size="sm" key={field}>
            <Code>{field}</Code> {message}
          </Text>
        ))}
        <Group gap="xs">
          {onRetry && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('retry')}
            </Button>
          )}
          {problem && (
            <CopyButton value={problem.request_id}>
              {({ copied, copy }) => (
                <Button size="xs" variant="subtle" onClick={copy}>
                  {copied ? t('copied') : t('copyRequestId')}
                </Button>
              )}
            </CopyButton>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
