import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, SigningKeyPair } from '../src/testing/index.js';
import { createSigningKeyPair, signToken } from '../src/testing/signing-key-pair.js';
import type { VerifierOptions } from '../src/verification/verifier-options.js';

const MINUTE_MS = 60_000;

/** An issuer whose key address is a function in the process, and whose clock is moved by hand. */
export class JwksEndpoint {
  nowMs = Date.UTC(2026, 10, 21);
  behaviour: Behaviour = 'answer';
  published: SigningKeyPair[] = [createSigningKeyPair('ES256')];
  requests = 0;
  #open = 0;
  readonly #hanging = new AbortController();

  readonly options: VerifierOptions = {
    provider: 'oidc',
    issuer: 'https://issuer.example.com',
    audience: 'api',
    jwksUri: 'https://issuer.example.com/jwks',
    algorithms: ['ES256'],
    now: () => this.nowMs,
    fetch: (_address, init) => this.#answer(init?.signal ?? null).finally(() => (this.#open -= 1)),
    jwksTimeoutMs: 3_000,
  };

  get key(): SigningKeyPair {
    return this.published[0]!;
  }

  pass(minutes: number): void {
    this.nowMs += minutes * MINUTE_MS;
  }

  /** A token for a day; a new one each time unless the subject is given. */
  issue(sub: string = crypto.randomUUID(), key = this.key): string {
    const seconds = Math.floor(this.nowMs / 1000);
    return signToken(key, { iss: 'https://issuer.example.com', aud: 'api', sub, iat: seconds, exp: seconds + 86_400 });
  }

  /** Ends what hangs. */
  hangUp(): void {
    this.behaviour = 'fail';
    this.#hanging.abort();
  }

  /** Once nothing is being fetched any more, and what was fetched has arrived. */
  async settle(): Promise<void> {
    while (this.#open > 0) await (this.behaviour === 'hang' ? delay(1) : nextTurn());
    for (let turns = 0; turns < 5; turns += 1) await nextTurn();
  }

  async #answer(signal: AbortSignal | null): Promise<Response> {
    this.requests += 1;
    this.#open += 1;
    const published = this.published.map(({ jwk }) => jwk);
    for (let turns = 0; turns < 3; turns += 1) await nextTurn();
    if (this.behaviour === 'answer') return Response.json({ keys: published });
    if (this.behaviour === 'fail') throw new Error('connection refused');
    return new Promise((_resolve, reject) => {
      const end = AbortSignal.any([this.#hanging.signal, ...(signal ? [signal] : [])]);
      const abort = (): void => reject(new Error('aborted'));
      if (end.aborted) abort();
      end.addEventListener('abort', abort);
    });
  }
}

/** Whether a promise settles without waiting for a timer or for anything outside of the process. */
export function isImmediate(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}
