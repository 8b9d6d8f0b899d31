import type { HistoryState } from '@tanstack/react-router';
import type { User } from 'oidc-client-ts';

/** What comes back from the provider unread by it. */
export interface WhereTheyWere {
  /** Path and search. */
  address: string;
  history: HistoryState;
}

export function hereAndNow(): WhereTheyWere {
  const { pathname, search } = window.location;
  return { address: pathname + search, history: window.history.state as HistoryState };
}

/** @returns the front page for whoever comes from elsewhere */
export function whereTheyWere(user: User | undefined): WhereTheyWere {
  const state = user?.state as Partial<WhereTheyWere> | undefined;
  const isHere = state?.address !== undefined && /^\/(?!\/)/.test(state.address);
  return isHere ? { address: state.address ?? '/', history: state.history ?? {} } : { address: '/', history: {} };
}
