import { useSyncExternalStore } from 'react';
import { queries } from '../api/queries.js';

/** Somebody in whose name the pages ask the service, for a while (RFC 8693). */
export interface Acting {
  userId: string;
  name: string;
  token: string;
  /** By this machine's clock, in milliseconds. */
  until: number;
}

let acting: Acting | null = null;
const listeners = new Set<() => void>();

/**
 * Kept in this page's memory alone, as the administrator's own token is: a reload ends it here. Nothing that the one was
 * answered is shown to the other, and nothing that the one looked at is asked for by the other.
 */
export function actAs(somebody: Acting | null): void {
  if (acting === somebody) return;
  acting = somebody;
  queries.getQueryCache().clear();
  for (const listener of listeners) listener();
}

export function actingAs(): Acting | null {
  return acting;
}

/** The service refused the token: whoever acted by it, and nobody who has begun meanwhile, is themselves again. */
export function endActingBy(token: string): void {
  if (acting?.token === token) actAs(null);
}

export function useActing(): Acting | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, actingAs);
}
