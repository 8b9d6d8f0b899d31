import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { perform, type BulkAction } from './bulk-actions.js';
import type { ListedUser } from './user-table.js';

export interface Outcome {
  user: ListedUser;
  /** Why it was refused; null when it was done. */
  error: unknown;
}

/** One request after another, so that an answer belongs to a user and whoever looks on can stop between two of them. */
export function useBulkRun(action: BulkAction, users: ListedUser[]) {
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const isStopped = useRef(false);
  const run = useMutation({
    mutationFn: async () => {
      for (const user of users) {
        if (isStopped.current) return;
        const error: unknown = await perform(action, user.id).then(() => null, (refusal: unknown) => refusal);
        setOutcomes((before) => [...before, { user, error }]);
      }
    },
  });
  return {
    outcomes,
    state: run.isIdle ? ('asked' as const) : run.isPending ? ('running' as const) : ('over' as const),
    start: () => run.mutate(),
    stop: () => {
      isStopped.current = true;
    },
  };
}
