import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../access/access.js';
import { readBearerToken } from '../access/bearer-token.js';
import { TokenVerifier } from '../verification/token-verifier.js';
import type { StartedVerification } from '../verification/verification-steps.js';
import type { AuthenticatedRequest } from './authenticated-request.js';
import { toAuthError } from './passport-error.js';

/**
 * passport-jwt with the verifier's steps around it: the form of the token and its key before, its claims after, the
 * signature by passport-jwt.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') implements OnModuleDestroy {
  /**
   * passport keeps strategies in one registry per process, where a second application would replace the `jwt` of the first
   * and its tokens be checked against another issuer: the guard asks for this name instead.
   */
  readonly registeredName = `jwt:${randomUUID()}`;
  readonly #started = new WeakMap<object, StartedVerification>();

  constructor(verifier: TokenVerifier) {
    const { algorithms, issuer, audience } = verifier.steps.jwtChecks;
    super({
      algorithms,
      issuer,
      audience,
      // The claims step demands and checks them; jsonwebtoken accepts a token without `exp`.
      ignoreExpiration: true,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to reach this option of jsonwebtoken
      jsonWebTokenOptions: { ignoreNotBefore: true },
      passReqToCallback: true,
      jwtFromRequest: ({ headers }: AuthenticatedRequest) => readBearerToken(headers.authorization),
      secretOrKeyProvider: (request: object, token: string, done) => {
        verifier.steps
          .start(token)
          .then((started) => {
            this.#started.set(request, started);
            // Typed for PEM text, but handed on to jsonwebtoken as it is, which takes a KeyObject seven times as fast.
            done(null, started.key as unknown as Buffer);
          })
          .catch(done);
      },
    });
    passport.use(this.registeredName, this);
  }

  /** Called by passport once the signature is verified. */
  validate(request: AuthenticatedRequest, claims: unknown): Principal {
    const started = this.#started.get(request);
    if (!started) throw toAuthError(null);
    return started.accept(claims);
  }

  onModuleDestroy(): void {
    passport.unuse(this.registeredName);
  }
}
