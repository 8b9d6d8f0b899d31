import { createHmac } from 'node:crypto';
import { errors, interactionPolicy, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { AccountDirectory } from './account-directory.js';
import { createArtifactStore } from './artifact-store.js';
import { escapeHtml, pageHeaders, renderErrorPage, renderPage } from './html-page.js';
import type { MockClient, MockOptions } from './mock-options.js';
import { claimsByScope, toAccountClaims } from './oidc-account.js';
import { accessTokenScopes, originsOf, serviceScopes, toClientMetadata } from './oidc-clients.js';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const DEFAULT_ACCESS_TOKEN_TTL = 15 * MINUTE;

/** What the configuration is made from. */
export interface OidcParts {
  options: MockOptions;
  clients: MockClient[];
  directory: AccountDirectory;
  mountPath: string;
}

/** Everything is set on purpose: the library's defaults announce themselves on the console as not meant to stay. */
export function buildOidcConfiguration(parts: OidcParts): Configuration {
  const { options, clients, directory, mountPath } = parts;
  const accessTokenTtl = options.accessTokenTtlSeconds ?? DEFAULT_ACCESS_TOKEN_TTL;
  return {
    adapter: createArtifactStore(),
    jwks: { keys: options.signingKeys },
    clients: clients.map(toClientMetadata),
    scopes: [...new Set(clients.flatMap((client) => client.scopes).concat('openid', 'offline_access'))],
    claims: claimsByScope(options.audience),
    features: buildFeatures(options),
    pkce: { required: () => true },
    routes: { authorization: '/authorize', token: '/token', jwks: '/jwks', userinfo: '/userinfo', end_session: '/logout' },
    cookies: {
      names: { session: 'mock_idp_session', interaction: 'mock_idp_interaction', resume: 'mock_idp_resume' },
      keys: options.signingKeys.map(toCookieKey),
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: mountPath || '/' },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AccessToken: accessTokenTtl,
      ClientCredentials: accessTokenTtl,
      AuthorizationCode: MINUTE,
      IdToken: accessTokenTtl,
      Interaction: 30 * MINUTE,
      RefreshToken: 14 * DAY,
      Session: 14 * DAY,
      Grant: 14 * DAY,
    },
    interactions: { policy: buildPolicy(), url: (_ctx, interaction) => `${mountPath}/interaction/${interaction.uid}` },
    clientBasedCORS: (_ctx, origin, client) => originsOf(client.redirectUris ?? []).includes(origin),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    loadExistingGrant: (ctx) => grantEverythingAllowed(ctx, options.audience),
    findAccount: async (ctx, subject, token) => {
      const authTime = token && 'authTime' in token ? token.authTime : ctx.oidc.session?.loginTs;
      const account = await directory.findSignedIn(subject, authTime ?? 0);
      return account
        ? { accountId: account.subject, claims: () => toAccountClaims(account, options.audience) }
        : undefined;
    },
    renderError: (ctx, out) => setPage(ctx, renderErrorPage(out.error_description ?? out.error)),
  };
}

function buildFeatures(options: MockOptions): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: renderLogout, postLogoutSuccessSource: renderLoggedOut },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => options.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => {
        if (resource !== options.audience) throw new errors.InvalidTarget();
        const allowed = client.scope?.split(' ') ?? [];
        if (ctx.oidc.params?.grant_type === 'client_credentials') settleServiceScope(ctx, allowed);
        return {
          audience: options.audience,
          scope: accessTokenScopes(allowed).join(' '),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  };
}

/** The library drops scopes it has never heard of without a word; a service should learn that it mistyped one. */
function settleServiceScope(ctx: KoaContextWithOIDC, allowed: string[]): void {
  const params = ctx.oidc.params ?? {};
  if (typeof params.scope !== 'string' || params.scope === '') {
    params.scope = serviceScopes(allowed).join(' ') || undefined;
    return;
  }
  const refused = params.scope.split(' ').filter((scope) => !allowed.includes(scope));
  if (refused.length > 0) throw new errors.InvalidScope('requested scope is not allowed', refused.join(' '));
}

/** All clients are our own applications, so nobody is asked to consent. A grant only allows; the request still chooses. */
async function grantEverythingAllowed(ctx: KoaContextWithOIDC, audience: string) {
  const { provider, client, session } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (existing?.accountId === session.accountId) return existing;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(client.scope ?? '');
  grant.addResourceScope(audience, client.scope ?? '');
  await grant.save();
  return grant;
}

/** A session whose account is blocked, gone or has revoked its sessions asks for a new sign-in. */
function buildPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.get('login')?.checks.add(new interactionPolicy.Check(
    'session_ended',
    'the session has ended',
    'login_required',
    (ctx) => ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined,
  ));
  return policy;
}

function renderLogout(ctx: KoaContextWithOIDC, form: string): void {
  const targets = originsOf(ctx.oidc.client?.redirectUris ?? []);
  setPage(ctx, renderPage('Sign out', `<h1>Sign out?</h1>${form}`
    + '<button type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>'
    + '<button class="quiet" type="submit" form="op.logoutForm">No, stay signed in</button>'), targets);
}

function renderLoggedOut(ctx: KoaContextWithOIDC): void {
  const name = ctx.oidc.client?.clientName;
  setPage(ctx, renderPage('Signed out', `<h1>Signed out</h1><p>You are signed out${name ? ` of ${escapeHtml(name)}` : ''}.</p>`));
}

function setPage(ctx: KoaContextWithOIDC, html: string, formTargets: string[] = []): void {
  ctx.set(pageHeaders(formTargets));
  ctx.type = 'html';
  ctx.body = html;
}

/** Replicas share the signing keys, so they agree on cookies without another secret. */
function toCookieKey(key: { d?: string }): string {
  return createHmac('sha256', key.d ?? '').update('mock-idp cookie key').digest('base64url');
}
