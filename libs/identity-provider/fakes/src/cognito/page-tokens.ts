import { randomUUID } from 'node:crypto';
import { invalid } from './cognito-error.js';

const LIFETIME_MS = 3_600_000;

interface Place {
  after: string;
  parameters: string;
  expiresAt: number;
}

/** Page tokens that live for an hour and fit the parameters they were given out for, no others. */
export class PageTokens {
  readonly #places = new Map<string, Place>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(after: string, parameters: string): string {
    const token = randomUUID();
    this.#places.set(token, { after, parameters, expiresAt: this.#now() + LIFETIME_MS });
    return token;
  }

  /** Where the page begins: after this key. */
  redeem(token: string | null, parameters: string): string {
    if (token === null) return '';
    const place = this.#places.get(token);
    if (!place || place.expiresAt <= this.#now()) throw invalid('Invalid pagination token given.');
    if (place.parameters !== parameters) throw invalid('Invalid pagination token given.');
    return place.after;
  }
}
