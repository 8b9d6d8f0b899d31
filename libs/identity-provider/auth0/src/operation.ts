import { IdentityProviderError, OPERATION_DEADLINE_MS, type Lane } from '@sa-platform/identity-provider';
import type { ManagementClient } from 'auth0';
import type { Auth0Gateway } from './auth0-gateway.js';
import { auth0Failure, isTokenRefused, mapAuth0Error, type CallKind } from './map-auth0-error.js';

/** A little less than what the port promises, so that the answer is there in time; in milliseconds. */
export const DEADLINE_MS = OPERATION_DEADLINE_MS - 100;

/** However long Auth0 asks us to wait, nothing is held back for longer; in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** What every call of the SDK gets. */
export interface RequestSettings {
  abortSignal: AbortSignal;
  maxRetries: 0;
  /** Beyond our own deadline; but the SDK leaves a timer of this length behind after each request that failed. */
  timeoutInSeconds: number;
}

export type Call<Result> = (client: ManagementClient, settings: RequestSettings) => PromiseLike<Result>;

/** How a write goes where it is not as the rest of its operation. */
export interface WriteOptions {
  lane?: Lane;
  /** The most it may take, so that time is left for what has to follow; in milliseconds. */
  withinMs?: number;
}

/**
 * One operation of the port: its calls, one after the other, under one deadline. Once a write may have arrived, every
 * failure of the operation is *unknown*.
 */
export class Operation {
  readonly #deadline = new AbortController();
  #mayHaveHappened = false;

  private constructor(
    readonly gateway: Auth0Gateway,
    private readonly lane: Lane,
  ) {}

  /** Carries the steps out; whatever goes wrong leaves as an `IdentityProviderError` within the deadline. */
  static async run<Result>(gateway: Auth0Gateway, lane: Lane, steps: (operation: Operation) => Promise<Result>): Promise<Result> {
    const operation = new Operation(gateway, lane);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(auth0Failure('unavailable')), DEADLINE_MS);
    });
    try {
      return await Promise.race([steps(operation), late]);
    } catch (error) {
      throw operation.#asOutcome(error);
    } finally {
      clearTimeout(timer);
      // Steps that still run must not send anything after the answer was given.
      operation.#deadline.abort();
    }
  }

  /** Whether a write was sent that Auth0 did not refuse. */
  get mayHaveHappened(): boolean {
    return this.#mayHaveHappened;
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  read<Result>(call: Call<Result>): Promise<Result> {
    return this.#send('read', call);
  }

  async write<Result>(call: Call<Result>, options: WriteOptions = {}): Promise<Result> {
    return this.#send('write', call, options);
  }

  /** A request with side effects that is not one of the Management API. */
  async attempt<Result>(send: () => Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    const before = this.#mayHaveHappened;
    this.#mayHaveHappened = true;
    try {
      return await send();
    } catch (error) {
      const failure = mapAuth0Error(error, 'write');
      this.#mayHaveHappened = before || failure.outcome === 'unknown';
      throw failure;
    }
  }

  async #send<Result>(kind: CallKind, call: Call<Result>, { lane = this.lane, withinMs }: WriteOptions = {}): Promise<Result> {
    const { gateway, signal } = this;
    await gateway.pacer.take(lane, signal);
    await gateway.prepareToken();
    signal.throwIfAborted();
    const abortSignal = withinMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const send = async () => call(gateway.client, { abortSignal, maxRetries: 0, timeoutInSeconds: OPERATION_DEADLINE_MS / 1000 });
    return (kind === 'write' ? this.attempt(() => this.#heed(send)) : this.#heed(send)).catch((error: unknown) => {
      throw mapAuth0Error(error, kind);
    });
  }

  /** What an answer tells about the next requests. */
  async #heed<Result>(send: () => Promise<Result>): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      if (isTokenRefused(error)) this.gateway.forgetToken();
      const { failure, retryAfterMs = 0 } = mapAuth0Error(error, 'read');
      if (failure === 'throttled') this.gateway.pacer.pauseFor(Math.min(retryAfterMs, LONGEST_PAUSE_MS));
      throw error;
    }
  }

  #asOutcome(error: unknown): IdentityProviderError {
    const { failure, outcome, retryAfterMs } = error instanceof IdentityProviderError ? error : auth0Failure('unavailable');
    return auth0Failure(failure, this.#mayHaveHappened ? 'unknown' : outcome, retryAfterMs);
  }
}
