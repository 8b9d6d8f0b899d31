import type { UserContext } from '@sa-platform/contracts';
import { texas } from '../../test/guarded-app.js';
import type { AccessRule, Principal } from './access.js';
import { requireApproved, requirePermissions, requireScope } from './access-rules.js';
import { Authorizer, requireTenant, requireUser, type Tenant } from './authorizer.js';
import { buildContext, startTestIssuer, type TestIssuer } from '../testing/index.js';
import { TokenVerifier } from '../verification/token-verifier.js';

let issuer: TestIssuer;
let verifier: TokenVerifier;
beforeAll(async () => {
  issuer = await startTestIssuer();
  verifier = new TokenVerifier(issuer.verifierOptions);
});
afterAll(() => issuer.close());

/** Contexts at hand, and who asked for them. */
function contextsOf(context = buildContext({ memberships: [texas] })) {
  const asked: string[] = [];
  const contextOf = (principal: Principal, token: string) => {
    asked.push(`${principal.subject} ${token}`);
    return Promise.resolve(context);
  };
  return { contextOf, asked };
}
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
const user: Principal = { type: 'user', subject: 'auth0|1', scopes: [], expiresAtMs: Infinity };
const service: Principal = { type: 'service', subject: 'jobs', clientId: 'jobs', scopes: ['claims:read'], expiresAtMs: Infinity };

describe('authorize', () => {
  test('answers who calls and for which organisation', async () => {
    const contexts = contextsOf();
    const token = issuer.issue({ sub: 'auth0|1' });
    const { caller, tenant } = await new Authorizer(verifier, contexts).authorize(bearer(token), [requireApproved()]);
    expect(caller).toMatchObject({ type: 'user', principal: { subject: 'auth0|1' }, context: { status: 'active' } });
    expect(tenant).toEqual({ organisationId: 'texas', isProven: true });
    expect(contexts.asked).toEqual([`auth0|1 ${token}`]);
  });

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['the token alone', 'eyJ'],
  ])('finds no token in %s', async (_name, authorization) => {
    const authorizer = new Authorizer(verifier, contextsOf());
    await expect(authorizer.authorize({ authorization }, [requireApproved()])).rejects.toMatchObject({ code: 'token.missing' });
  });

  test('is closed without a rule, and asks for no context then', async () => {
    const contexts = contextsOf();
    const authorizer = new Authorizer(verifier, contexts);
    await expect(authorizer.authorize(bearer('nonsense'), [])).rejects.toMatchObject({ code: 'token.invalid' });
    await expect(authorizer.authorize(bearer(issuer.issue()), [])).rejects.toMatchObject({ code: 'access.undeclared' });
    expect(contexts.asked).toEqual([]);
  });
});

describe('authorizePrincipal', () => {
  const authorize = (principal: Principal, rules: readonly AccessRule[], { context, params }: { context?: UserContext; params?: Record<string, string> } = {}) =>
    new Authorizer(verifier, contextsOf(context)).authorizePrincipal(principal, 'token', { authorization: undefined, params }, rules);

  test('asks all rules with the parameters of the route and the organisation, until one refuses', async () => {
    const asked: unknown[] = [];
    const rule = (name: string, answer: 'access.denied' | null): AccessRule => ({
      name,
      decide: (caller, request) => {
        asked.push([name, caller.principal.subject, request]);
        return answer;
      },
    });
    const rules = [rule('first', null), rule('second', 'access.denied'), rule('third', null)];
    await expect(authorize(user, rules, { params: { id: '7' } })).rejects.toMatchObject({ code: 'access.denied' });
    const request = { params: { id: '7' }, organisationId: 'texas' };
    expect(asked).toEqual([['first', 'auth0|1', request], ['second', 'auth0|1', request]]);
  });

  test('refuses who is not active before any rule, unless one of them admits others', async () => {
    const open: AccessRule = { name: 'open', decide: () => null };
    const pending = buildContext({ status: 'pending' });
    await expect(authorize(user, [open], { context: pending })).rejects.toMatchObject({ code: 'user.not_active' });
    await expect(authorize(user, [open, { ...open, admitsInactive: true }], { context: pending })).resolves.toMatchObject({ caller: { context: pending } });
    await expect(authorize(user, [{ ...open, admitsInactive: true }, requireApproved()], { context: pending })).rejects.toMatchObject({ code: 'user.not_active' });
  });

  const admin = buildContext({ user_type: 'admin', is_platform_admin: true });
  const suspendedAdmin = buildContext({ user_type: 'admin', is_platform_admin: true, status: 'suspended' });
  const everywhere = buildContext({ permissions: ['claims:read'] });
  const anyStatus: AccessRule = { name: 'any', admitsInactive: true, decide: () => null };
  const member = buildContext({ memberships: [texas] });
  test.each([
    { who: 'a member', rules: [requireApproved()], context: member, organisationId: 'texas', isProven: true },
    { who: 'a stranger', rules: [requireApproved()], context: member, organisationId: 'ohio', isProven: false },
    { who: 'whom a rule asked about it', rules: [requirePermissions('claims:read')], context: everywhere, organisationId: 'ohio', isProven: true },
    { who: 'a platform admin', rules: [requireApproved()], context: admin, organisationId: 'ohio', isProven: true },
    { who: 'a suspended platform admin', rules: [anyStatus], context: suspendedAdmin, organisationId: 'ohio', isProven: false },
  ])('the organisation of the route is proven or not for $who', async ({ rules, context, organisationId, isProven }) => {
    const { tenant } = await authorize(user, rules, { context, params: { organisationId } });
    expect(tenant).toEqual({ organisationId, isProven });
  });

  test('a service is of no organisation, so that any is proven', async () => {
    const { tenant } = await authorize(service, [requireScope('claims:read')], { params: { organisationId: 'ohio' } });
    expect(tenant).toEqual({ organisationId: 'ohio', isProven: true });
  });

  test('without any organisation none is proven', async () => {
    const { tenant } = await authorize(service, [requireScope('claims:read')]);
    expect(tenant).toEqual({ organisationId: null, isProven: false });
  });
});

describe('requireTenant and requireUser', () => {
  const code = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test.each<[string, Tenant | undefined, string]>([
    ['a proven organisation', { organisationId: 'texas', isProven: true }, 'texas'],
    ['one that is not proven', { organisationId: 'texas', isProven: false }, 'access.denied'],
    ['none', { organisationId: null, isProven: false }, 'access.organisation_required'],
    ['nobody authorised', undefined, 'token.missing'],
  ])('%s', (_name, tenant, answer) => {
    expect(code(() => requireTenant(tenant))).toBe(answer);
  });

  test('a user, not a service, not nobody', () => {
    const context = buildContext();
    expect(requireUser({ type: 'user', principal: user, context })).toBe(context);
    expect(code(() => requireUser({ type: 'service', principal: service, context: null }))).toBe('access.denied');
    expect(code(() => requireUser(undefined))).toBe('token.missing');
  });
});
