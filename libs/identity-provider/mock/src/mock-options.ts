import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdentityProvider } from '@sa-platform/identity-provider';
import type { JWK } from 'jose';
import type { MockAccountStore } from './mock-account.js';
import type { Mail, MockMailStore } from './mock-mail.js';
import type { SignInFailureStore } from './sign-in-limit.js';

/**
 * An application that may ask for tokens. With a secret it may use client credentials; with redirect URIs it may sign
 * people in. Without a secret it is a public client. PKCE (S256) is required of every client.
 */
export interface MockClient {
  clientId: string;
  clientSecret?: string;
  /** All it can ever be granted. One that asks for no scope gets all of them (RFC 6749, 3.3). */
  scopes: string[];
  /** After a logout, each of these and the root of its origin are allowed as well. */
  redirectUris: string[];
  name: string;
}

/** What `createMockIdentityProvider` needs. */
export interface MockOptions {
  /** Fixed, whatever address it is reached by, for example `http://127.0.0.1:3000/mock-idp`. */
  issuer: string;
  /** The `aud` of every access token. */
  audience: string;
  accounts: MockAccountStore;
  mails: MockMailStore;
  signInFailures: SignInFailureStore;
  /** Private RS256 keys; the first signs, all are published. See `loadOrCreateSigningKeys`. */
  signingKeys: JWK[];
  clients: MockClient[];
  /** The platform's one rule for comparing e-mails; may throw on what is none. */
  canonicalEmail: (email: string) => string;
  /**
   * Where mails send people to sign in. When left out: the origin of the first client that signs people in, else the
   * issuer.
   */
  signInUrl?: string;
  /** In seconds; 900 when left out. */
  accessTokenTtlSeconds?: number;
  /** Refuses to start when `'production'`. The caller passes its NODE_ENV: this library reads no environment. */
  environment?: string;
  /** Epoch in milliseconds: by it temporary passwords, mailed links and locks end. Tokens and sessions keep to real time. */
  now?: () => number;
  /** Told of unexpected failures, which callers only see as a 500; never given secrets or tokens. */
  onError?: (error: Error) => void;
}

/** The answer of `POST {issuer}/dev-token` and of `issueTokenFor`. */
export interface DevToken {
  access_token: string;
  token_type: 'Bearer';
  /** In seconds. */
  expires_in: number;
}

/** An account for development. */
export interface SeedAccount {
  email: string;
  displayName: string;
  password: string;
  /** True when left out. */
  emailVerified?: boolean;
  blocked?: boolean;
  userId?: string;
  subject?: string;
}

/** A running mock identity provider: the port for the app, and the issuer for browsers and services. */
export interface MockIdentityProvider {
  provider: IdentityProvider;
  /**
   * Node handler of everything below the issuer. It takes requests with the issuer's path in `req.url`, and also with
   * it stripped already. The body must not have been read: in Fastify, mount it in a plugin of its own without
   * content-type parsers, `reply.hijack()`, then `handle(request.raw, reply.raw)`.
   */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Creates the account unless its e-mail has one already, which is then left as it is. Answers the subject. */
  seedAccount(input: SeedAccount): Promise<string>;
  /** Puts a mail into the mailbox that `{issuer}/mailbox` shows. */
  deliver(mail: Mail): Promise<void>;
  /** A token as the sign-in page would lead to, without a password; see `POST {issuer}/dev-token`. */
  issueTokenFor(email: string): Promise<DevToken>;
}
