import { randomBytes } from 'node:crypto';
import type { FakeAnswer } from '../fake-server.js';
import { isObject, refusal } from './auth0-answers.js';
import type { Auth0Settings, SentMail } from './auth0-settings.js';
import type { Auth0Account, Auth0Users } from './auth0-users.js';
import { updateProblem } from './update-rules.js';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EVERY_CLASS = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** What the parts of a tenant work on. */
export interface Tenant {
  users: Auth0Users;
  settings: Auth0Settings;
  mails: SentMail[];
  now: () => number;
}

/** `POST /users`. */
export function createUser(tenant: Tenant, body: Record<string, unknown>): FakeAnswer {
  const { connection, user_id: userId, email, password } = body;
  if (connection !== tenant.settings.connection) return refusal(400, 'The connection does not exist.', 'inexistent_connection');
  if (typeof email !== 'string' || !EMAIL.test(email)) return refusal(400, 'Payload validation error', 'invalid_body');
  if (!isStrong(password)) return refusal(400, 'PasswordStrengthError: Password is too weak');
  const account = newAccount(tenant, body, `auth0|${typeof userId === 'string' ? userId : randomBytes(12).toString('hex')}`);
  const isTaken = tenant.users.get(account.user_id) ?? findOwner(tenant, account.email);
  if (isTaken) return refusal(409, 'The user already exists.', 'auth0_idp_error');
  tenant.users.put(account);
  const isMailed = typeof body.verify_email === 'boolean' ? body.verify_email : !account.email_verified;
  if (isMailed) tenant.mails.push({ kind: 'verify_email', to: account.email });
  return { status: 201, body: shown(account) };
}

/** `PATCH /users/{id}`: the root is replaced, metadata merged at its first level. */
export function updateUser(tenant: Tenant, userId: string, body: Record<string, unknown>): FakeAnswer {
  const account = tenant.users.get(userId);
  if (!account) return refusal(404, 'The user does not exist.', 'inexistent_user');
  const problem = updateProblem(body, isStrong);
  if (problem) return problem;
  const owner = typeof body.email === 'string' ? findOwner(tenant, body.email.toLowerCase()) : null;
  // A taken e-mail is a 400 here, unlike at creation.
  if (owner && owner.user_id !== userId) return refusal(400, 'The specified new email already exists', 'auth0_idp_error');
  const changed = applyChanges(account, body, new Date(tenant.now()).toISOString());
  tenant.users.put(changed);
  if (body.verify_email === true) tenant.mails.push({ kind: 'verify_email', to: changed.email });
  return { status: 200, body: shown(changed) };
}

/** An account as the API answers it: no password, and no metadata where there is none. */
export function shown(account: Auth0Account): Record<string, unknown> {
  const { password: _password, sessions: _sessions, refresh_tokens: _tokens, connection, blocked, ...rest } = account;
  const isEmpty = (metadata: object) => Object.keys(metadata).length === 0;
  return {
    ...rest,
    app_metadata: isEmpty(rest.app_metadata) ? undefined : rest.app_metadata,
    user_metadata: isEmpty(rest.user_metadata) ? undefined : rest.user_metadata,
    ...(blocked ? { blocked } : {}),
    identities: [{ connection, provider: account.user_id.split('|')[0], user_id: account.user_id.split('|')[1], isSocial: false }],
  };
}

function newAccount(tenant: Tenant, body: Record<string, unknown>, userId: string): Auth0Account {
  const at = new Date(tenant.now()).toISOString();
  const email = String(body.email).toLowerCase();
  return {
    user_id: userId,
    connection: tenant.settings.connection,
    email,
    email_verified: body.email_verified === true,
    name: typeof body.name === 'string' ? body.name : email,
    password: String(body.password),
    blocked: body.blocked === true,
    user_metadata: merge({}, body.user_metadata),
    app_metadata: merge({}, body.app_metadata),
    created_at: at,
    updated_at: at,
    logins_count: 0,
    sessions: 0,
    refresh_tokens: 0,
  };
}

function applyChanges(account: Auth0Account, body: Record<string, unknown>, at: string): Auth0Account {
  const isPassword = typeof body.password === 'string';
  return {
    ...account,
    ...(typeof body.name === 'string' ? { name: body.name } : {}),
    ...(typeof body.email === 'string' ? { email: body.email.toLowerCase(), email_verified: false } : {}),
    ...(typeof body.email_verified === 'boolean' ? { email_verified: body.email_verified } : {}),
    ...(typeof body.blocked === 'boolean' ? { blocked: body.blocked } : {}),
    // A password write lifts an administrator's block, whatever else it says.
    ...(isPassword ? { password: String(body.password), blocked: false, last_password_reset: at } : {}),
    user_metadata: merge(account.user_metadata, body.user_metadata),
    app_metadata: merge(account.app_metadata, body.app_metadata),
    updated_at: at,
  };
}

/** At the first level only; null deletes a key, and `{}` wipes everything. */
function merge(old: Record<string, unknown>, changes: unknown): Record<string, unknown> {
  if (!isObject(changes)) return old;
  if (Object.keys(changes).length === 0) return {};
  return Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== null));
}

function findOwner(tenant: Tenant, email: string): Auth0Account | null {
  return tenant.users.findByEmail(email).find(({ connection }) => connection === tenant.settings.connection) ?? null;
}

function isStrong(password: unknown): boolean {
  if (typeof password !== 'string' || password.length < 8) return false;
  return EVERY_CLASS.filter((characters) => characters.test(password)).length >= 3;
}
