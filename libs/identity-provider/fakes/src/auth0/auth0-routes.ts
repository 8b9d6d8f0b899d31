/** A route of the tenant: what faults and the ledger call it, and the scopes it asks for. */
export interface Route {
  operation: string;
  method: string;
  path: RegExp;
  scopes: string[];
}

const route = (operation: string, method: string, path: RegExp, ...scopes: string[]): Route => ({ operation, method, path, scopes });

const ROUTES: Route[] = [
  route('oauth.token', 'POST', /^\/oauth\/token$/),
  route('change_password', 'POST', /^\/dbconnections\/change_password$/),
  route('users.create', 'POST', /^\/api\/v2\/users$/, 'create:users', 'create:users_app_metadata'),
  route('users.list', 'GET', /^\/api\/v2\/users$/, 'read:users', 'read:users_app_metadata'),
  route('users.by_email', 'GET', /^\/api\/v2\/users-by-email$/, 'read:users', 'read:users_app_metadata'),
  route('users.get', 'GET', /^\/api\/v2\/users\/([^/]+)$/, 'read:users', 'read:users_app_metadata'),
  route('users.update', 'PATCH', /^\/api\/v2\/users\/([^/]+)$/, 'update:users', 'update:users_app_metadata'),
  route('users.delete', 'DELETE', /^\/api\/v2\/users\/([^/]+)$/, 'delete:users'),
  route('sessions.delete', 'DELETE', /^\/api\/v2\/users\/([^/]+)\/sessions$/, 'delete:sessions'),
  route('refresh_tokens.delete', 'DELETE', /^\/api\/v2\/users\/([^/]+)\/refresh-tokens$/, 'delete:refresh_tokens'),
  route('tickets.password_change', 'POST', /^\/api\/v2\/tickets\/password-change$/, 'create:user_tickets'),
  route('roles.list', 'GET', /^\/api\/v2\/roles$/, 'read:roles'),
];

/** The route and the account id in its path; null for what no tenant serves. */
export function findRoute(method: string, path: string): { route: Route; userId: string | null } | null {
  for (const candidate of ROUTES) {
    const match = candidate.method === method ? candidate.path.exec(path) : null;
    if (match) return { route: candidate, userId: match[1] === undefined ? null : decodeURIComponent(match[1]) };
  }
  return null;
}
