/** Who asks, in the order of the columns. Who is not active would administer `texas`, were it not for the status. */
export const ACTORS = [
  ...(['no token', 'expired token', 'pending', 'suspended', 'deactivated', 'patient', 'clinician'] as const),
  ...(['reader', 'tenant admin', 'other tenant admin', 'platform admin', 'impersonated', 'service with the scope', 'service without'] as const),
] as const;
export type Actor = (typeof ACTORS)[number];

/** One request, and what each actor is answered. */
export interface MatrixRow {
  /** `METHOD path`, below the base path unless the path begins with `/`. */
  route: string;
  /** Which of the requests that the route takes; empty for the plain one. */
  variant: string;
  /** What `service with the scope` has and `service without` lacks; null where no scope opens the route. */
  scope: string | null;
  status: Readonly<Record<Actor, number>>;
  /** Whose success changes nothing: there is nothing within their reach. */
  inVain: ReadonlySet<Actor>;
}

/**
 * Written by hand from DESIGN sections 3.1, 3.2 and 4; never taken from what the handlers declare. The target is somebody
 * in `texas` with the roles BILLER and READONLY: the reader holds READONLY and every `admin:*:read` there, the clinician
 * READONLY, the other tenant admin TENANT_ADMIN in `mississippi`. `404`: hidden, the limit is in the SQL. A list answers 200
 * to both tenant admins, and the other one finds nothing of `texas` in it. `impersonated`: a platform admin acts as the tenant
 * admin, and may what that one may but for what is theirs in person. `200*` changes nothing.
 */
const TABLE = `
                                                          |token    |not active  |active
                                                          |no  exp  |pen sus dea |pat cli rea | ten  oth  adm  imp |svc w/o
# Anybody
GET    /health/live                                        200 200   200 200 200  200 200 200   200  200  200  200  200 200
GET    /health/ready                                       200 200   200 200 200  200 200 200   200  200  200  200  200 200
GET    /metrics                                            200 200   200 200 200  200 200 200   200  200  200  200  200 200

GET    .well-known/jwks.json                               200 200   200 200 200  200 200 200   200  200  200  200  200 200
GET    asyncapi.json                                       200 200   200 200 200  200 200 200   200  200  200  200  200 200

# Oneself, and contexts for siblings
GET    users/me                                            401 401   200 403 403  200 200 200   200  200  200  200  403 403
PATCH  users/me                                            401 401   403 403 403  200 200 200   200  200  200  403  403 403
GET    users/me/context                                    401 401   200 200 200  200 200 200   200  200  200  200  403 403
GET    users/me/export                                     401 401   200 403 403  200 200 200   200  200  200  200  403 403
GET    users/:id/context                                   401 401   403 403 403  403 403 200   200  404  200  200  200 403   context:read
GET    users/:id/context (own)                             401 401   403 403 403  200 200 200   200  200  200  200  200 403   context:read
GET    users/:id/contact                                   401 401   403 403 403  403 403 200   200  404  200  200  200 403   contact:read
GET    users/:id/contact (own)                             401 401   403 403 403  200 200 200   200  200  200  200  200 403   contact:read
GET    users/by-external-id/:externalId                    401 401   403 403 403  403 403 200   200  404  200  200  200 403   users:read
POST   users/contexts                                      401 401   403 403 403  403 403 403   403  403  403  403  200 403   context:read

# Permissions
GET    permissions                                         401 401   403 403 403  403 403 200   200  200  200  200  200 200
GET    permissions/services                                401 401   403 403 403  403 403 200   200  200  200  200  200 200
GET    permissions/:permission                             401 401   403 403 403  403 403 200   200  200  200  200  200 200
POST   permissions/register                                401 401   403 403 403  403 403 403   403  403  200  403  200 403   permissions:register
GET    admin/permissions/:permission/holders               401 401   403 403 403  403 403 200   200  200  200  200  403 403

# Events: of every organisation and of none
GET    events                                              401 401   403 403 403  403 403 403   403  403  200  403  200 403   events:read

# Users: reading
GET    admin/users                                         401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/users/pending                                 401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/users/export                                  401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/users/:id                                     401 401   403 403 403  403 403 200   200  404  200  200  403 403
GET    admin/users/:id/authority                           401 401   403 403 403  403 403 200   200  404  200  200  403 403
GET    admin/users/:id/access                              401 401   403 403 403  403 403 200   200  404  200  200  403 403
GET    admin/users/:id/export                              401 401   403 403 403  403 403 403   200  404  200  200  403 403
GET    admin/stats                                         401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/stats/growth                                  401 401   403 403 403  403 403 200   200  200  200  200  403 403

# The audit trail
GET    admin/audit                                         401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/audit/export                                  401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/audit/verify                                  401 401   403 403 403  403 403 200   200  200  200  200  403 403

# Users: changing
POST   admin/users                                         401 401   403 403 403  403 403 403   201  403  201  201  403 403
POST   admin/users (a platform admin)                      401 401   403 403 403  403 403 403   403  403  201  403  403 403
PATCH  admin/users/:id                                     401 401   403 403 403  403 403 403   200  404  200  200  403 403
DELETE admin/users/:id                                     401 401   403 403 403  403 403 403   204  404  204  204  403 403
POST   admin/users/:id/erase                               401 401   403 403 403  403 403 403   204  404  204  204  403 403
POST   admin/users/:id/reset-password                      401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/users/:id/resend-invitation                   401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/users/:id/revoke-sessions                     401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/users/:id/identity/sync                       401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/users/:id/revoke                              401 401   403 403 403  403 403 403   200  404  200  200  403 403
PUT    admin/users/:id/role                                401 401   403 403 403  403 403 403   200  404  200  200  403 403
PUT    admin/users/:id/role (to a platform admin)          401 401   403 403 403  403 403 403   403  404  200  403  403 403
POST   admin/users/approve                                 401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/users/bulk-approve                            401 401   403 403 403  403 403 403   200  200* 200  200  403 403

# Acting as somebody: for platform admins in person
POST   admin/users/:id/impersonation                       401 401   403 403 403  403 403 403   403  403  201  403  403 403
DELETE admin/users/:id/impersonation                       401 401   403 403 403  403 403 403   403  403  204  403  403 403

# Memberships
POST   admin/users/:userId/memberships                     401 401   403 403 403  403 403 403   201  404  201  201  403 403
PATCH  admin/users/:userId/memberships/:membershipId       401 401   403 403 403  403 403 403   200  404  200  200  403 403
DELETE admin/users/:userId/memberships/:membershipId       401 401   403 403 403  403 403 403   204  404  204  204  403 403
POST   admin/users/:userId/memberships/:membershipId/products
                                                           401 401   403 403 403  403 403 403   201  404  201  201  403 403
DELETE admin/users/:userId/memberships/:membershipId/products/:productId
                                                           401 401   403 403 403  403 403 403   204  404  204  204  403 403

# Imports: everybody's own
POST   admin/users/import                                  401 401   403 403 403  403 403 403   202  202  202  403  403 403
GET    admin/imports                                       401 401   403 403 403  403 403 403   200  200  200  200  403 403
GET    admin/imports/:id                                   401 401   403 403 403  403 403 403   200  404  200  200  403 403
GET    admin/imports/:id/rows                              401 401   403 403 403  403 403 403   200  404  200  200  403 403
POST   admin/imports/:id/cancel                            401 401   403 403 403  403 403 403   200  404  200  200  403 403

# Roles
GET    admin/roles                                         401 401   403 403 403  403 403 200   200  200  200  200  403 403
POST   admin/roles                                         401 401   403 403 403  403 403 403   201  403  201  201  403 403
POST   admin/roles (of the platform)                       401 401   403 403 403  403 403 403   403  403  201  403  403 403
GET    admin/roles/:id                                     401 401   403 403 403  403 403 200   200  404  200  200  403 403
PATCH  admin/roles/:id                                     401 401   403 403 403  403 403 403   200  404  200  200  403 403
DELETE admin/roles/:id                                     401 401   403 403 403  403 403 403   204  404  204  204  403 403

# Organisations and products: made by platform admins; a product is nobody's own
GET    admin/organisations                                 401 401   403 403 403  403 403 200   200  200  200  200  403 403
POST   admin/organisations                                 401 401   403 403 403  403 403 403   403  403  201  403  403 403
GET    admin/organisations/:id                             401 401   403 403 403  403 403 200   200  404  200  200  403 403
PATCH  admin/organisations/:id                             401 401   403 403 403  403 403 403   403  403  200  403  403 403
GET    admin/products                                      401 401   403 403 403  403 403 200   200  200  200  200  403 403
POST   admin/products                                      401 401   403 403 403  403 403 403   403  403  201  403  403 403
GET    admin/products/:id                                  401 401   403 403 403  403 403 200   200  200  200  200  403 403
GET    admin/products/:id/grant-count                      401 401   403 403 403  403 403 200   200  200  200  200  403 403
PATCH  admin/products/:id                                  401 401   403 403 403  403 403 403   403  403  200  403  403 403

# Webhooks tell of every organisation
GET    admin/webhooks                                      401 401   403 403 403  403 403 403   403  403  200  403  403 403
POST   admin/webhooks                                      401 401   403 403 403  403 403 403   403  403  201  403  403 403
GET    admin/webhooks/:id                                  401 401   403 403 403  403 403 403   403  403  200  403  403 403
PATCH  admin/webhooks/:id                                  401 401   403 403 403  403 403 403   403  403  200  403  403 403
DELETE admin/webhooks/:id                                  401 401   403 403 403  403 403 403   403  403  204  403  403 403
POST   admin/webhooks/:id/rotate-secret                    401 401   403 403 403  403 403 403   403  403  200  403  403 403
GET    admin/webhooks/:id/deliveries                       401 401   403 403 403  403 403 403   403  403  200  403  403 403
POST   admin/webhooks/:id/deliveries/:deliveryId/redeliver 401 401   403 403 403  403 403 403   403  403  202  403  403 403

# The identity provider: accounts of every organisation and of none
GET    admin/identity/status                               401 401   403 403 403  403 403 403   403  403  200  403  403 403
GET    admin/identity/roles                                401 401   403 403 403  403 403 403   403  403  200  403  403 403
GET    admin/identity/drift                                401 401   403 403 403  403 403 403   403  403  200  403  403 403
POST   admin/identity/drift/scan                           401 401   403 403 403  403 403 403   403  403  202  403  403 403
GET    admin/identity/drift/scans/:id                      401 401   403 403 403  403 403 403   403  403  200  403  403 403
POST   admin/identity/drift/repair                         401 401   403 403 403  403 403 403   403  403  202  403  403 403
GET    admin/identity/drift/repairs/:id                    401 401   403 403 403  403 403 403   403  403  200  403  403 403
POST   admin/identity/drift/:id/repair                     401 401   403 403 403  403 403 403   403  403  200  403  403 403
`;

const ROW =
  /^(?<method>[A-Z]+) +(?<path>\S+)(?: \((?<variant>.+)\))?\s+(?<statuses>(?:\d{3}\*? *)+)(?<scope>[a-z:]+)?$/gm;

export const MATRIX: readonly MatrixRow[] = readTable(TABLE);

/** @throws Error when a row can't be read or has not one status for each actor */
function readTable(table: string): MatrixRow[] {
  const rows = [...table.matchAll(ROW)];
  if (rows.length !== table.match(/^[A-Z]/gm)?.length) throw new Error('a row of the table can not be read');
  return rows.map(({ groups = {} }) => {
    const { method = '', path = '', variant = '', statuses = '', scope = null } = groups;
    const cells = statuses.trim().split(/ +/);
    if (cells.length !== ACTORS.length) throw new Error(`${method} ${path}: ${cells.length} of ${ACTORS.length} statuses`);
    const status = Object.fromEntries(ACTORS.map((actor, index) => [actor, Number.parseInt(cells[index]!)])) as Record<Actor, number>;
    const inVain = new Set(ACTORS.filter((_, index) => cells[index]!.endsWith('*')));
    return { route: `${method} ${path}`, variant, scope: scope || null, status, inVain };
  });
}
