import { MutationCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from './problem.js';

const RETRIES = 2;

/** A refusal is an answer: asking again gets it again. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  return failures < RETRIES && !(error instanceof ProblemError && error.problem.status < 500);
}

/** What a command changed may stand anywhere on the page: all that is looked at is asked for again. */
export const queries: QueryClient = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAnotherTry } },
  mutationCache: new MutationCache({ onSuccess: () => void queries.invalidateQueries() }),
});
