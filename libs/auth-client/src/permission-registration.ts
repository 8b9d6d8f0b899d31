import { AuthError } from './auth-error.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Registers a service's permissions in the background of its start, until it worked. A refusal ends it: asking again
 * would change nothing.
 */
export class PermissionRegistration {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * @param register one try
   * @param onError hears of each try that failed
   */
  constructor(
    private readonly register: () => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Resolves when the first try is over; never rejects. */
  start(): Promise<void> {
    return this.#try(FIRST_PAUSE_MS);
  }

  /** From now on nothing is tried and nothing is told; a try on its way ends by itself. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #try(pauseMs: number): Promise<void> {
    try {
      await this.register();
    } catch (error) {
      if (this.#isStopped) return;
      // Before anybody is told, so that whoever stops it now ends this as well.
      if (!isRefusal(error)) this.#tryAfter(pauseMs);
      this.onError(error as Error);
    }
  }

  #tryAfter(pauseMs: number): void {
    this.#timer = setTimeout(() => void this.#try(Math.min(pauseMs * 2, LONGEST_PAUSE_MS)), pauseMs).unref();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AuthError && error.code !== 'context.unavailable';
}
