import { setMaxListeners } from 'node:events';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { IdentityProviderError, type IdentityOutcome, type Lane } from '@sa-platform/identity-provider';
import { REST_AFTER_REFUSAL_MS, type Pacers } from './call-pacing.js';
import { CALLS, type CallName } from './cognito-calls.js';
import { isQuotaRefusal, toIdentityError } from './cognito-errors.js';

/** What the calls of every operation go through. */
export interface CallParts {
  client: CognitoIdentityProvider;
  userPoolId: string;
  pacers: Pacers;
  deadlineMs: number;
}

type Request<Output> = (client: CognitoIdentityProvider, options: { abortSignal: AbortSignal }) => Promise<Output>;

/**
 * One operation of the port: all its calls share one deadline and one outcome. Once a call may have changed the account,
 * whatever fails after it leaves the outcome `unknown`: the caller looks, and repeats.
 */
export class Operation {
  readonly userPoolId: string;
  readonly #parts: CallParts;
  readonly #lane: Lane;
  readonly #abort = new AbortController();
  /** Calls that changed the account or may have: sent, and not certainly refused. */
  #changes = 0;

  private constructor(parts: CallParts, lane: Lane) {
    this.#parts = parts;
    this.#lane = lane;
    this.userPoolId = parts.userPoolId;
    // An account with many roles makes as many calls side by side; Node would warn of the eleventh.
    setMaxListeners(0, this.#abort.signal);
  }

  /**
   * Runs the work until it is done or the deadline is over, also when the SDK is stuck where no signal reaches it.
   *
   * @throws IdentityProviderError and nothing else
   */
  static async run<Result>(parts: CallParts, lane: Lane, work: (operation: Operation) => Promise<Result>): Promise<Result> {
    const operation = new Operation(parts, lane);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(operation.#lateness());
        operation.#abort.abort();
      }, parts.deadlineMs);
    });
    try {
      return await Promise.race([work(operation), late]);
    } catch (error) {
      throw operation.#withOutcome(error);
    } finally {
      clearTimeout(timer);
      // Calls that ran beside a failed one are not worth waiting for, and must not go on behind the answer.
      operation.#abort.abort();
    }
  }

  /** Makes one call when the pace allows it. */
  async call<Output>(name: CallName, request: Request<Output>): Promise<Output> {
    const { category, changesAccount } = CALLS[name];
    const pacer = this.#parts.pacers[category];
    await pacer.take(this.#lane);
    if (this.#abort.signal.aborted) throw this.#lateness();
    if (changesAccount) this.#changes += 1;
    try {
      return await request(this.#parts.client, { abortSignal: this.#abort.signal });
    } catch (error) {
      if (isQuotaRefusal(error)) pacer.pauseFor(REST_AFTER_REFUSAL_MS);
      const failure = toIdentityError(name, error);
      if (changesAccount && failure.outcome === 'not_done') this.#changes -= 1;
      throw failure;
    }
  }

  #lateness(): IdentityProviderError {
    return new IdentityProviderError('unavailable', this.#outcome(), 'the user pool did not answer in time');
  }

  #withOutcome(error: unknown): IdentityProviderError {
    if (!(error instanceof IdentityProviderError)) return new IdentityProviderError('unavailable', this.#outcome(), 'the adapter failed');
    return new IdentityProviderError(error.failure, this.#outcome(), error.message, error.retryAfterMs);
  }

  #outcome(): IdentityOutcome {
    return this.#changes > 0 ? 'unknown' : 'not_done';
  }
}
