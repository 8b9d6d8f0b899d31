/**
 * Auth0 Action, trigger "Login / Post Login" (Node 22). Paste it as it is; runbooks/auth0-setup.md says where.
 *
 * It denies whom user-management closed, makes people change a temporary password, and puts what our database says of
 * them into their tokens. What a token says is a copy for display: services decide by the context they ask for.
 *
 * Secrets, all optional:
 *   NAMESPACE               before the name of each claim; default https://user-management/
 *   DOMAIN, TICKET_CLIENT_ID, TICKET_CLIENT_SECRET
 *                           a machine-to-machine application with the scope create:user_tickets and no other. With it a
 *                           person who signed in with a temporary password is sent to Auth0's page for a new one.
 *                           Without it the sign-in is denied as password_change_required, and the application offers
 *                           "Forgot password?".
 */
const DEFAULT_NAMESPACE = 'https://user-management/';
const CLOSED = ['suspended', 'deactivated'];
const PASSWORD_CHANGE_REQUIRED = 'password_change_required';
const TICKET_LIFETIME_SECONDS = 600;
const REQUEST_TIMEOUT_MS = 3000;

exports.onExecutePostLogin = async (event, api) => {
  const metadata = event.user.app_metadata ?? {};
  const claims = metadata.user_management_claims ?? {};
  // Without our mark nobody of us has looked at this person yet.
  const status = typeof claims.status === 'string' ? claims.status : 'pending';
  if (CLOSED.includes(status)) {
    api.access.deny(`user_${status}`);
  } else if (isPasswordTemporary(event, metadata)) {
    await demandPasswordChange(event, api);
  } else {
    addClaims(event, api, { ...claims, status });
  }
};

/** Whoever comes back from the page for a new password signs in with it; also whoever left that page out. */
exports.onContinuePostLogin = async (event, api) => {
  api.access.deny(PASSWORD_CHANGE_REQUIRED);
};

/**
 * Auth0 knows no forced change. user-management notes what `last_password_reset` said when it set the temporary
 * password ("creation": it did not exist). Any later value means that the person has set one of their own. Without a
 * note the password counts as temporary. Seconds are compared: the two values may differ in their last digits.
 */
function isPasswordTemporary(event, metadata) {
  const strategy = event.connection?.strategy ?? 'auth0';
  if (metadata.must_change_password !== true || strategy !== 'auth0') return false;
  const changedAt = secondsOf(event.user.last_password_reset);
  if (changedAt === null || metadata.temporary_password_at === undefined) return true;
  if (metadata.temporary_password_at === 'creation') return false;
  const setAt = secondsOf(metadata.temporary_password_at);
  return setAt === null || changedAt <= setAt;
}

function secondsOf(time) {
  const milliseconds = typeof time === 'string' || time instanceof Date ? new Date(time).getTime() : NaN;
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/** A redirect is possible only where somebody looks at a page, not when a refresh token is exchanged. */
async function demandPasswordChange(event, api) {
  const canRedirect = Boolean(event.secrets.TICKET_CLIENT_ID) && api.redirect.canRedirect();
  const ticket = canRedirect ? await makeTicket(event).catch(() => null) : null;
  if (ticket) api.redirect.sendUserTo(ticket);
  else api.access.deny(PASSWORD_CHANGE_REQUIRED);
}

async function makeTicket({ secrets, user, client }) {
  const tenant = `https://${secrets.DOMAIN}`;
  const { access_token: token } = await post(`${tenant}/oauth/token`, {}, {
    grant_type: 'client_credentials',
    client_id: secrets.TICKET_CLIENT_ID,
    client_secret: secrets.TICKET_CLIENT_SECRET,
    audience: `${tenant}/api/v2/`,
  });
  const { ticket } = await post(`${tenant}/api/v2/tickets/password-change`, { authorization: `Bearer ${token}` }, {
    user_id: user.user_id,
    client_id: client?.client_id,
    ttl_sec: TICKET_LIFETIME_SECONDS,
    // The person signed in with what an administrator handed over; that proves nothing about the e-mail.
    mark_email_as_verified: false,
  });
  return typeof ticket === 'string' ? ticket : null;
}

async function post(url, headers, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`Auth0 answered ${answer.status}`);
  return answer.json();
}

/** Access tokens carry no e-mail otherwise, and user-management links a new person by a verified one. */
function addClaims(event, api, claims) {
  const namespace = event.secrets.NAMESPACE || DEFAULT_NAMESPACE;
  const isActive = claims.status === 'active';
  const values = {
    status: claims.status,
    user_type: claims.user_type ?? 'user',
    roles: isActive ? claims.roles ?? [] : [],
    organisations: isActive ? claims.organisations ?? [] : [],
    email: event.user.email,
    email_verified: event.user.email_verified === true,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    api.accessToken.setCustomClaim(namespace + name, value);
    api.idToken.setCustomClaim(namespace + name, value);
  }
}
