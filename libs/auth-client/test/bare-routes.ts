import type { AccessRule } from '../src/access/access.js';
import {
  requireAnyPermission,
  requireAnyRole,
  requireApproved,
  requirePermissions,
  requireProduct,
  requireRole,
  requireScope,
  requireUserType,
} from '../src/access/access-rules.js';
import { requireTenant, requireUser, type Authorization } from '../src/access/authorizer.js';

/** A route of an application without Nest. */
export interface BareRoute {
  method: 'get' | 'post';
  path: string;
  access: readonly AccessRule[] | 'public';
  answer: (auth: Authorization | undefined) => object;
}

const ownProfile: AccessRule = { name: 'own profile', admitsInactive: true, decide: ({ type }) => (type === 'user' ? null : 'access.denied') };
const anybody: AccessRule = { name: 'anybody', decide: () => null };
const nothing = (): object => ({});
const organisation = (auth: Authorization | undefined): object => ({ organisationId: requireTenant(auth?.tenant) });

const get = (path: string, access: BareRoute['access'], answer: BareRoute['answer'] = nothing): BareRoute => ({
  method: 'get',
  path,
  access,
  answer,
});

/** The same routes as the controllers of `guarded-routes.ts`; what declares nothing there is in the spec of the adapter. */
export const BARE_ROUTES: readonly BareRoute[] = [
  get('/public', 'public'),
  get('/me', [ownProfile], (auth) => ({ status: requireUser(auth?.caller).status })),
  get('/forgetful', [anybody]),
  get('/approved', [requireApproved()], (auth) => ({ subject: auth?.caller.principal.subject })),
  get('/tenant', [requireApproved()], organisation),
  get('/claims', [requirePermissions('claims:read')], organisation),
  { ...get('/claims', [requirePermissions('claims:read')], organisation), method: 'post' },
  get('/organisations/:organisationId/claims', [requirePermissions('claims:read')], organisation),
  get('/both', [requireUserType('clinician'), requirePermissions('claims:read')]),
  get('/any-permission', [requireAnyPermission('claims:read', 'x:y')]),
  get('/role', [requireRole('BILLER')]),
  get('/any-role', [requireAnyRole('BILLER', 'READONLY')]),
  get('/product', [requireProduct('derm')]),
  get('/service', [requireScope('context:read')], (auth) => ({ type: auth?.caller.type })),
  get('/service-user', [requireScope('context:read')], (auth) => requireUser(auth?.caller)),
  get('/admin/undeclared', [requireUserType('admin')]),
  get('/admin/claims', [requireUserType('admin'), requirePermissions('claims:read')]),
  get('/admin/public', 'public'),
  get('/open/door', 'public'),
  get('/open/closed', [requireApproved()]),
];
