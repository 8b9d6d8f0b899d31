import { useSyncExternalStore } from 'react';

/** Somebody in whose name the pages ask the service, for a while (RFC 8693). */
export interface Acting {
  userId: string;
  name: string;
  token: string;
  /** ISO 8601. */
  expiresAt: string;
}

let acting: Acting | null = null;
const listeners = new Set<() => void>();

/** Kept in this page's memory alone, as the administrator's own token is: a reload ends it here. */
export function actAs(somebody: Acting | null): void {
  acting = somebody;
  for (const listener of listeners) listener();
}

export function actingAs(): Acting | null {
  return acting;
}

export function useActing(): Acting | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, actingAs);
}
