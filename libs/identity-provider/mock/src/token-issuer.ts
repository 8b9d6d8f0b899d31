import type Provider from 'oidc-provider';
import type { AccountDirectory } from './account-directory.js';
import type { DevToken, MockClient } from './mock-options.js';
import { accessTokenScopes } from './oidc-clients.js';

/** Whom dev-tokens are issued for, and in whose name. */
export interface TokenIssuerParts {
  oidc: Provider;
  directory: AccountDirectory;
  client: MockClient;
  audience: string;
}

/**
 * A token through the library's own model, so it is what a sign-in through `client` with all its scopes leads to.
 * An unknown e-mail gets a verified account first; a blocked account gets a token too, so refusals can be tried out.
 */
export async function issueDevToken(parts: TokenIssuerParts, email: string): Promise<DevToken> {
  const { oidc, audience } = parts;
  const account = await parts.directory.ensure(email);
  const client = await oidc.Client.find(parts.client.clientId);
  if (!client) throw new Error(`the client ${parts.client.clientId} is not registered`);
  const scope = accessTokenScopes(parts.client.scopes).join(' ');
  const token = new oidc.AccessToken({
    accountId: account.subject,
    client,
    gty: 'authorization_code',
    scope,
  } as ConstructorParameters<Provider['AccessToken']>[0]);
  token.resourceServer = new oidc.ResourceServer(audience, {
    audience,
    scope,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  });
  return { access_token: await token.save(), token_type: 'Bearer', expires_in: token.expiration };
}
