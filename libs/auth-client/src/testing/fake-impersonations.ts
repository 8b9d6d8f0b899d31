import { randomUUID } from 'node:crypto';
import { JWKS_PATH, LONGEST_IMPERSONATION_SECONDS } from '@sa-platform/contracts';
import type { ImpersonationOptions } from '../verification/verifier-options.js';
import { createSigningKeyPair, signToken } from './signing-key-pair.js';
import { TEST_AUDIENCE } from './test-issuer.js';

/** A platform admin who acts as a user. */
export interface FakeImpersonation {
  id: string;
  /** The access token, good for 15 minutes. */
  token: string;
  /** Ends it as the real service does: contexts are refused with `impersonation.ended`, then comes the event. */
  end(): void;
}

/** The issuer of impersonations that a fake user-management is, and which of them go on. */
export class FakeImpersonations {
  readonly #key = createSigningKeyPair('ES256');
  readonly #running = new Set<string>();
  /** The `iss` of its tokens; set once it is known where it listens. */
  issuer = '';

  get options(): ImpersonationOptions {
    return { issuer: this.issuer, jwksUri: this.issuer + JWKS_PATH };
  }

  get jwks(): object {
    return { keys: [this.#key.jwk] };
  }

  /** @param claims replace the defaults; undefined leaves one out */
  begin(subject: string, claims: Record<string, unknown>): { id: string; token: string } {
    const id = randomUUID();
    const iat = Math.floor(Date.now() / 1000);
    const token = signToken(
      this.#key,
      {
        iss: this.issuer,
        aud: TEST_AUDIENCE,
        sub: subject,
        act: { sub: 'test-admin', user_id: 'test-admin-id' },
        jti: id,
        client_id: 'user-management',
        iat,
        exp: iat + LONGEST_IMPERSONATION_SECONDS,
        ...claims,
      },
      { typ: 'at+jwt' },
    );
    this.#running.add(id);
    return { id, token };
  }

  end(id: string): void {
    this.#running.delete(id);
  }

  /** True for claims of a token of ours whose impersonation is over. */
  isOver({ iss: issuer, jti: id }: { iss?: unknown; jti?: unknown }): boolean {
    return issuer === this.issuer && !this.#running.has(String(id));
  }
}
