import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Trouble } from './trouble.js';
import { Waiting } from './waiting.js';

interface LoadedProps<Data> {
  /** What `useQuery` answers. */
  of: { data: Data | undefined; error: unknown; refetch: () => unknown };
  /** What is said when there is nothing, if `isEmpty` finds so. */
  empty?: string;
  isEmpty?: (data: Data) => boolean;
  children: (data: Data) => ReactNode;
}

/** Waiting, trouble, nothing there, and what was asked for: alike on every page. */
export function Loaded<Data>({ of: query, empty, isEmpty, children }: LoadedProps<Data>) {
  if (query.data === undefined) return query.error === null ? <Waiting /> : <Trouble error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {query.error !== null && <Trouble error={query.error} onRetry={() => void query.refetch()} />}
      {isEmpty?.(query.data) ? <Text c="dimmed">{empty}</Text> : children(query.data)}
    </>
  );
}
