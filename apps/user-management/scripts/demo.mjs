// `npm run demo`: the whole job over HTTP, from a token to a sibling that refuses. Needs a running service with demo
// data and the mock issuer; everything it makes carries the run's own name, so it can run again and again.
import { randomBytes } from 'node:crypto';
import { HttpClient, print, Surprise, Unreachable } from './http-client.mjs';
import { startSibling } from './sibling.mjs';

const ADDRESS = (process.env.USER_MANAGEMENT_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '');
const AUDIENCE = process.env.AUTH_AUDIENCE || 'https://user-management.local';
const BASE = '/v1/user-management';
const ADMIN_EMAIL = 'admin@example.com';
const SERVICE_CLIENT = 'example-service:example-service-secret';

const run = `demo-${Date.now().toString(36)}-${randomBytes(2).toString('hex')}`;
const users = new HttpClient('user-management', ADDRESS);
let steps = 0;

/** @param {string} title */
function step(title) {
  steps += 1;
  print(`\n${steps}. ${title}`);
}

/** @typedef {{ issuer: string, jwks_uri: string }} Discovery */

/** @returns {Promise<Discovery>} */
async function findService() {
  step(`Is the service there? (${ADDRESS})`);
  try {
    await users.ask('GET /health/ready', 200);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Surprise(
      `Nothing answers at ${ADDRESS}. Start the service in another terminal (\`npm start\`), ` +
        'or name its address: USER_MANAGEMENT_URL=http://host:port npm run demo',
    );
  }
  return users.ask('GET /mock-idp/.well-known/openid-configuration', 200, {
    show: ({ issuer, jwks_uri }) => ({ issuer, jwks_uri }),
  });
}

/** @param {string} email @returns {Promise<string>} */
async function fetchToken(email) {
  const { access_token: token } = await users.ask('POST /mock-idp/dev-token', 200, { json: { email } });
  return token;
}

/** @returns {Promise<string>} */
async function fetchServiceToken() {
  const { access_token: token } = await users.ask('POST /mock-idp/token', 200, {
    form: { grant_type: 'client_credentials', scope: 'context:read users:read' },
    headers: { authorization: `Basic ${Buffer.from(SERVICE_CLIENT).toString('base64')}` },
  });
  return token;
}

/** An organisation with two roles of its own, and a product. @param {string} token the administrator's */
async function prepareOrganisation(token) {
  const named = ({ id, name }) => ({ id, name });
  step('An organisation');
  await users.ask(`POST ${BASE}/admin/organisations`, 201, { token, show: named, json: { id: run, name: `Clinic ${run}` } });

  step('Products: one of this run, and the one that the sibling asks for');
  await users.ask(`POST ${BASE}/admin/products`, 201, { token, show: named, json: { id: run, name: `Product ${run}` } });
  await users.ask(`POST ${BASE}/admin/products`, [201, 409], { token, json: { id: 'derm', name: 'Dermatology' } });

  step('Roles with permissions');
  const show = ({ id, key, permissions }) => ({ id, key, permissions });
  const role = (key, name, permissions) =>
    users.ask(`POST ${BASE}/admin/roles`, 201, { token, show, json: { key, name, organisation_id: run, permissions } });
  const guest = await role('GUEST', 'Guest', ['cases:read']);
  const billing = await role('DEMO_BILLING', 'Billing of the demo', ['claims:read', 'claims:write']);
  return { guest, billing };
}

/**
 * @param {string} token the administrator's
 * @returns {Promise<{ id: string, email: string, guestMembershipId: string }>}
 */
async function createUser(token) {
  step('A user, member of the organisation as a guest');
  const email = `${run}@example.com`;
  const user = await users.ask(`POST ${BASE}/admin/users`, 201, {
    token,
    json: {
      email,
      display_name: 'Demo Person',
      user_type: 'user',
      memberships: [{ organisation_id: run, role_key: 'GUEST' }],
      provisioning: { delivery: 'none', email_verified: true, on_failure: 'rollback' },
    },
    show: ({ id, external_id, status, identity }) => ({ id, external_id, status, identity }),
  });
  return { id: user.id, email, guestMembershipId: user.memberships[0].membership_id };
}

/**
 * @param {string} token the administrator's
 * @param {{ id: string, guestMembershipId: string }} user
 * @returns {Promise<string>} path of the membership that is left
 */
async function grantBilling(token, user) {
  const memberships = `${BASE}/admin/users/${user.id}/memberships`;
  const show = ({ membership_id, role, products }) => ({ membership_id, role: role.key, products });

  step('A membership with the role of billing; the one as a guest goes');
  const json = { organisation_id: run, role_key: 'DEMO_BILLING', product_ids: [run] };
  const added = await users.ask(`POST ${memberships}`, 201, { token, show, json });
  await users.ask(`DELETE ${memberships}/${user.guestMembershipId}`, 204, { token });

  step('The product granted to the membership');
  const path = `${memberships}/${added.membership_id}`;
  await users.ask(`POST ${path}/products`, 201, { token, show, json: { product_id: 'derm' } });
  await users.ask(`GET ${BASE}/admin/products/${run}/grant-count`, 200, { token });
  return path;
}

/** @param {string} userId @param {string} serviceToken @param {string} when */
async function readContext(userId, serviceToken, when) {
  step(`The user's context, as a service reads it ${when}`);
  return users.ask(`GET ${BASE}/users/${userId}/context`, 200, {
    token: serviceToken,
    show: ({ status, version, permissions, memberships }) => ({
      status,
      version,
      permissions,
      memberships: memberships.map(({ organisation_id, role, permissions: held, products }) => ({
        organisation_id,
        role: role.key,
        permissions: held,
        products: products.map(({ key }) => key),
      })),
    }),
  });
}

/** @param {HttpClient} sibling @param {string} token the user's */
async function beRefused(sibling, token) {
  step('The sibling asked before: no permission, no product');
  await sibling.ask('POST /search', 200, { token });
  await sibling.ask('GET /claims', 403, { token });
  await sibling.ask('GET /derm', 403, { token });
}

/** @param {HttpClient} sibling @param {string} token the user's */
async function beAllowed(sibling, token) {
  step('The sibling asked after');
  await sibling.askUntil('GET /claims', 200, { token, when: ({ can_write: canWrite }) => canWrite });
  await sibling.askUntil('GET /derm', 200, { token });
}

/**
 * @param {HttpClient} sibling
 * @param {{ admin: string, user: string }} tokens
 * @param {{ billingId: string, membership: string }} what
 */
async function changeRole(sibling, { admin, user }, { billingId, membership }) {
  step('The role loses a permission: whoever holds it can read claims, and write them no more');
  const show = ({ key, permissions, member_count }) => ({ key, permissions, member_count });
  await users.ask(`PATCH ${BASE}/admin/roles/${billingId}`, 200, { token: admin, show, json: { permissions: ['claims:read'] } });
  await sibling.askUntil('GET /claims', 200, { token: user, when: ({ can_write: canWrite }) => !canWrite });

  step('The user gets another role: the sibling refuses the claims, and still allows the product');
  await users.ask(`PATCH ${membership}`, 200, { token: admin, show: ({ role }) => ({ role }), json: { role_key: 'GUEST' } });
  await sibling.askUntil('GET /claims', 403, { token: user });
  await sibling.ask('GET /derm', 200, { token: user });
}

/**
 * @param {HttpClient} sibling
 * @param {{ admin: string, user: string }} tokens
 * @param {string} userId
 * @returns {Promise<number>} milliseconds until the sibling refused
 */
async function deactivate(sibling, { admin, user }, userId) {
  step('The user deactivated: the sibling refuses, although the token is still valid');
  await users.ask(`DELETE ${BASE}/admin/users/${userId}`, 204, { token: admin });
  const elapsed = await sibling.askUntil('GET /derm', 403, { token: user, when: ({ code }) => code === 'user.not_active' });
  await sibling.ask('POST /search', 403, { token: user });
  return elapsed;
}

async function main() {
  const { issuer, jwks_uri: jwksUri } = await findService();

  step('Tokens: of a platform admin, and of a service');
  const admin = await fetchToken(ADMIN_EMAIL);
  const service = await fetchServiceToken();

  step('The sibling starts (apps/example-service)');
  const { address, stop } = await startSibling({ issuer, jwksUri, audience: AUDIENCE, userManagementUrl: ADDRESS });
  print(`  it answers at ${address}`);
  const sibling = new HttpClient('example-service', address);
  try {
    const { billing } = await prepareOrganisation(admin);
    const person = await createUser(admin);
    step('The user signs in');
    const user = await fetchToken(person.email);
    const before = await readContext(person.id, service, 'before');
    await beRefused(sibling, user);
    const membership = await grantBilling(admin, person);
    await beAllowed(sibling, user);
    await changeRole(sibling, { admin, user }, { billingId: billing.id, membership });
    const elapsed = await deactivate(sibling, { admin, user }, person.id);
    const after = await readContext(person.id, service, 'after');
    const isEmpty = after.status === 'deactivated' && after.memberships.every(({ permissions }) => permissions.length === 0);
    if (!isEmpty || after.version <= before.version) throw new Surprise('A deactivated user still holds something');
    print(`\nAll ${steps} steps as expected (${run}); the sibling refused ${elapsed} ms after the deactivation.`);
  } finally {
    await stop();
  }
}

main().catch((error) => {
  process.stdout.write(`\nStopped in step ${steps}: ${error instanceof Surprise ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
