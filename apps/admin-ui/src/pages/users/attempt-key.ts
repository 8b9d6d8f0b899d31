import { useRef } from 'react';

/**
 * A key for each attempt (`Idempotency-Key`): whoever sends the same again because no answer came gets the first one's
 * answer, and nothing is made twice.
 */
export function useAttemptKey(): { keyOf: (content: unknown) => string; answered: () => void } {
  const attempt = useRef<{ content: string; key: string } | null>(null);
  return {
    keyOf: (content) => {
      const text = JSON.stringify(content);
      if (attempt.current?.content !== text) attempt.current = { content: text, key: crypto.randomUUID() };
      return attempt.current.key;
    },
    answered: () => {
      attempt.current = null;
    },
  };
}
