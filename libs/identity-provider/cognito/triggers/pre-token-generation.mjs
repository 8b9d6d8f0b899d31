/**
 * Cognito's pre token generation trigger: puts what our database says of a person into their tokens, under the short names
 * that `user-management` writes everywhere else, and refuses tokens to whoever may not have any.
 *
 * Deploy this file as it is to a Lambda function (`runbooks/cognito-setup.md`). It reads the attributes that come with
 * the event and asks nobody, so it needs no permission and no network.
 *
 * - Event version 2 or 3 (`V2_0`, `V3_0`; a feature plan that has to be paid for): id token and access token, lists as
 *   lists.
 * - Event version 1 (`V1_0`): id token alone, and lists as text with commas, since it knows no other values.
 *
 * The claims are for show: `user-management` and `auth-client` ask the database, never the token, what somebody may do.
 */

const REFUSED = ['suspended', 'deactivated'];
const KNOWN_STATUSES = ['pending', 'active', ...REFUSED];
const CLIENT_CREDENTIALS = 'TokenGeneration_ClientCredentials';

/** The standard entry point of a Lambda function. */
export async function handler(event) {
  // A service's token is about nobody.
  if (event.triggerSource === CLIENT_CREDENTIALS) return event;
  const claims = readClaims(event.request?.userAttributes ?? {});
  if (REFUSED.includes(claims.status)) throw new Error('This account is not active.');
  event.response = { ...event.response, ...(isFirstVersion(event) ? inIdToken(event, claims) : inBothTokens(event, claims)) };
  return event;
}

/** Somebody without our mark registered themselves: they wait for approval, whatever their attributes say. */
function readClaims(attributes) {
  if (!attributes['custom:user_id']) return { status: 'pending', user_type: 'user', roles: [], organisations: [] };
  const status = attributes['custom:status'];
  return {
    status: KNOWN_STATUSES.includes(status) ? status : 'pending',
    user_type: attributes['custom:user_type'] || 'user',
    roles: toItems(attributes['custom:roles']),
    organisations: toItems(attributes['custom:organisations']),
  };
}

function toItems(list) {
  return list ? list.split(',') : [];
}

function isFirstVersion(event) {
  return event.version === undefined || String(event.version) === '1';
}

function inIdToken(event, claims) {
  const before = event.response?.claimsOverrideDetails;
  const text = Object.entries(claims).map(([name, value]) => [name, String(value)]);
  return {
    claimsOverrideDetails: { ...before, claimsToAddOrOverride: { ...before?.claimsToAddOrOverride, ...Object.fromEntries(text) } },
  };
}

function inBothTokens(event, claims) {
  const before = event.response?.claimsAndScopeOverrideDetails;
  const added = (token) => ({ ...token, claimsToAddOrOverride: { ...token?.claimsToAddOrOverride, ...claims } });
  return {
    claimsAndScopeOverrideDetails: {
      ...before,
      idTokenGeneration: added(before?.idTokenGeneration),
      accessTokenGeneration: added(before?.accessTokenGeneration),
    },
  };
}
