/** Why an adapter did not do what it was asked. */
export type IdentityFailure =
  /** An account with this e-mail or id exists already. */
  | 'conflict'
  /** No account has this external id. */
  | 'not_found'
  /** The provider refuses this input or this state, and would refuse it again. */
  | 'rejected'
  /** The provider is busy or wants us to slow down; later it may work. */
  | 'throttled'
  /** The provider can't be reached, timed out, or answered with a server error. */
  | 'unavailable'
  /** The provider does not let this service in, or lacks what the runbook sets up: a person has to mend it there. */
  | 'misconfigured';

/** Whether the provider carried an operation out that it did not confirm. */
export type IdentityOutcome = 'not_done' | 'unknown';

/**
 * The only error an adapter throws. `outcome` says whether the provider may have carried the operation out:
 * `unknown` has to be looked up before it is repeated (reference/reliability.md, "Ways that work"). Its message never
 * quotes the provider's answer, which may hold what was sent.
 */
export class IdentityProviderError extends Error {
  override readonly name = 'IdentityProviderError';

  /**
   * @param failure why it did not work
   * @param outcome `not_done`: certainly nothing happened; `unknown`: it may have happened
   * @param retryAfterMs how long the provider asks us to wait, in milliseconds
   */
  constructor(
    readonly failure: IdentityFailure,
    readonly outcome: IdentityOutcome,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
