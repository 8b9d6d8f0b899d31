import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignatureAlgorithm } from '../verification/signature-algorithms.js';
import type { VerifierOptions } from '../verification/verifier-options.js';
import { readBody, startLoopbackServer, type Behaviour } from './loopback-server.js';
import { createSigningKeyPair, signToken, type SigningKeyPair } from './signing-key-pair.js';

/** Audience of the tokens of a test issuer, that of the mock issuer too. */
export const TEST_AUDIENCE = 'https://user-management.local';

const TOKEN_LIFETIME_SECONDS = 300;

/** A running issuer. */
export interface TestIssuer {
  issuer: string;
  audience: string;
  jwksUri: string;
  /** For `ServiceTokenSource`: gives any client a token with the scopes it asks for. */
  tokenUrl: string;
  /** Options for a `TokenVerifier` that trusts this issuer. */
  verifierOptions: VerifierOptions;
  /** The key that signs at present. */
  readonly key: SigningKeyPair;
  /** How often the keys were asked for. */
  readonly jwksRequests: number;
  /** How often a token was asked for at `tokenUrl`. */
  readonly tokenRequests: number;
  /**
   * A token that a `TokenVerifier` accepts, of the user `test-user`, for five minutes.
   *
   * @param claims replace the defaults; undefined leaves one out
   * @param header the same for the header
   */
  issue(claims?: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** A client-credentials token. */
  issueForService(clientId: string, scopes?: readonly string[]): string;
  /**
   * Signs with a new key from now on. The old one stays published unless `removeOld`. A verifier accepts another `algorithm`
   * only if its options name it.
   */
  rotate(options?: { removeOld?: boolean; algorithm?: SignatureAlgorithm }): void;
  /** How the keys are answered from now on. */
  setJwksBehaviour(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/**
 * Starts an OIDC-like issuer on loopback: a key set, tokens for any claims, a token endpoint for services.
 *
 * @param options `now`: the clock of its tokens, in milliseconds since 1970; `algorithm`: that of its key, default RS256
 *
 * @example
 * const issuer = await startTestIssuer();
 * const verifier = new TokenVerifier(issuer.verifierOptions);
 * await verifier.verify(issuer.issue({ sub: 'auth0|1' }));
 * await issuer.close();
 */
export async function startTestIssuer(
  options: { now?: () => number; algorithm?: SignatureAlgorithm } = {},
): Promise<TestIssuer> {
  const { now = Date.now, algorithm = 'RS256' } = options;
  let published = [createSigningKeyPair(algorithm)];
  let behaviour: Behaviour = 'answer';
  const requests = { jwks: 0, token: 0 };

  const answerToken = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.token += 1;
    const scope = new URLSearchParams(await readBody(request)).get('scope') ?? '';
    const token = issueForService(readClientId(request), scope.split(' '));
    send(response, { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_SECONDS });
  };
  const answerKeys = (response: ServerResponse): void => {
    requests.jwks += 1;
    if (behaviour === 'answer') send(response, { keys: published.map(({ jwk }) => jwk) });
    else if (behaviour === 'fail') response.writeHead(500).end();
  };
  const server = await startLoopbackServer((request, response) => {
    if (request.url === '/jwks') answerKeys(response);
    else if (request.url === '/token') answerToken(request, response).catch(() => response.destroy());
    else response.writeHead(404).end();
  });

  const currentKey = (): SigningKeyPair => published[0] as SigningKeyPair;
  const issue: TestIssuer['issue'] = (claims = {}, header = {}) => {
    const iat = Math.floor(now() / 1000);
    const times = { iat, exp: iat + TOKEN_LIFETIME_SECONDS };
    const defaults = { iss: server.url, aud: TEST_AUDIENCE, sub: 'test-user', ...times };
    return signToken(currentKey(), { ...defaults, ...claims }, header);
  };
  const issueForService: TestIssuer['issueForService'] = (clientId, scopes = []) =>
    issue({ sub: clientId, client_id: clientId, scope: scopes.join(' ') }, { typ: 'at+jwt' });

  const jwksUri = `${server.url}/jwks`;
  return {
    issuer: server.url,
    audience: TEST_AUDIENCE,
    jwksUri,
    tokenUrl: `${server.url}/token`,
    verifierOptions: { provider: 'oidc', issuer: server.url, audience: TEST_AUDIENCE, jwksUri, algorithms: [algorithm] },
    get key() {
      return currentKey();
    },
    get jwksRequests() {
      return requests.jwks;
    },
    get tokenRequests() {
      return requests.token;
    },
    issue,
    issueForService,
    rotate: ({ removeOld = false, algorithm: next = currentKey().algorithm } = {}) => {
      published = [createSigningKeyPair(next), ...(removeOld ? [] : published)];
    },
    setJwksBehaviour: (next) => {
      behaviour = next;
    },
    close: () => server.close(),
  };
}

function readClientId(request: IncomingMessage): string {
  const credentials = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
  return decodeURIComponent(credentials.split(':')[0] ?? '');
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
