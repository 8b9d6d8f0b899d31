import { unique } from '../people.js';
import type { Tenant } from '../identity-tenants.js';

/** The organisation that people of these tests belong to; made before the first case. */
export const ORGANISATION = { id: 'kill-clinic', name: 'Kill Clinic' };

/** Whoever asks as the platform admin for what has to work. */
export interface Administrator {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  ask(method: string, path: string, json?: unknown): Promise<any>;
}

/** Whom a case is about. */
export interface Subject {
  email: string;
  /** Null of somebody whom the operation creates. */
  userId: string | null;
}

/** One administrative call; a new row is killed at every step like the others. */
export interface Operation {
  name: string;
  /** Those of whom one is killed at every step. */
  prepare: (service: Administrator, tenant: Tenant) => Promise<Subject>;
  request: (subject: Subject) => { method: string; path: string; json?: unknown };
  /** What both stores show of whoever was answered, and what nobody can show without. */
  promises: {
    displayName?: string;
    status?: string;
    isErased?: boolean;
    event: string;
    /** The account is there whenever the user is, and was told of. */
    isInvited?: boolean;
    /** The provider has somebody else's account of this e-mail: nothing comes of it, and that account stays as it is. */
    isRefused?: boolean;
  };
}

const RENAMED = 'Renamed Person';

export const OPERATIONS: Operation[] = [
  creation('create, rollback, invite', { delivery: 'invite', on_failure: 'rollback' }),
  creation('create, rollback, temporary password', { delivery: 'temporary_password', on_failure: 'rollback' }),
  {
    ...creation('create, rollback, e-mail taken at the provider', { delivery: 'invite', on_failure: 'rollback' }),
    prepare(_service, tenant) {
      const email = newAddress();
      tenant.plant(email);
      return Promise.resolve({ email, userId: null });
    },
    promises: { event: 'users.created', isRefused: true },
  },
  creation('create, queue, invite', { delivery: 'invite', on_failure: 'queue' }),
  creation('create, queue, temporary password', { delivery: 'temporary_password', on_failure: 'queue' }),
  creation('create, queue, none', { delivery: 'none', on_failure: 'queue' }),
  {
    name: 'update',
    prepare: (service) => createPerson(service),
    request: ({ userId }) => ({ method: 'PATCH', path: `admin/users/${userId ?? ''}`, json: { display_name: RENAMED } }),
    promises: { displayName: RENAMED, event: 'users.updated' },
  },
  {
    name: 'deactivate',
    prepare: (service) => createPerson(service),
    request: ({ userId }) => ({ method: 'DELETE', path: `admin/users/${userId ?? ''}` }),
    promises: { status: 'deactivated', event: 'users.deactivated' },
  },
  {
    name: 'reactivate',
    prepare: (service) => createPerson(service, 'deactivated'),
    request: ({ userId }) => ({ method: 'PATCH', path: `admin/users/${userId ?? ''}`, json: { status: 'active' } }),
    promises: { status: 'active', event: 'users.reactivated' },
  },
  erasure('erase', (service) => createPerson(service)),
  erasure('erase of a deactivated user', (service) => createPerson(service, 'deactivated')),
  reset('reset, temporary password', (service) => createPerson(service)),
  reset('reset of a deactivated user, temporary password', (service) => createPerson(service, 'deactivated')),
];

/** @throws Error for a name that no row has */
export function operationNamed(name: string): Operation {
  const operation = OPERATIONS.find((one) => one.name === name);
  if (!operation) throw new Error(`no operation is called ${name}`);
  return operation;
}

function creation(name: string, provisioning: { delivery: string; on_failure: string }): Operation {
  return {
    name,
    prepare: () => Promise.resolve({ email: newAddress(), userId: null }),
    request: ({ email }) => ({ method: 'POST', path: 'admin/users', json: { ...personOf(email), provisioning } }),
    promises: { event: 'users.created', isInvited: provisioning.delivery === 'invite' },
  };
}

function erasure(name: string, prepare: Operation['prepare']): Operation {
  return {
    name,
    prepare,
    request: ({ userId }) => ({ method: 'POST', path: `admin/users/${userId ?? ''}/erase` }),
    promises: { isErased: true, event: 'users.erased' },
  };
}

function reset(name: string, prepare: Operation['prepare']): Operation {
  return {
    name,
    prepare,
    request: ({ userId }) => ({ method: 'POST', path: `admin/users/${userId ?? ''}/reset-password`, json: { delivery: 'temporary_password' } }),
    promises: { event: 'users.created' },
  };
}

async function createPerson(service: Administrator, status = 'active'): Promise<Subject> {
  const email = newAddress();
  const json = { ...personOf(email), provisioning: { delivery: 'none', on_failure: 'rollback' } };
  const { id } = (await service.ask('POST', 'admin/users', json)) as { id: string };
  if (status !== 'active') await service.ask('PATCH', `admin/users/${id}`, { status });
  return { email, userId: id };
}

const newAddress = () => `${unique('cut')}@example.com`;

const personOf = (email: string) => ({
  email,
  display_name: 'Some Person',
  user_type: 'user',
  memberships: [{ organisation_id: ORGANISATION.id, role_key: 'BILLER' }],
});
