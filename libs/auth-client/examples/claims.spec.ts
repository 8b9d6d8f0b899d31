// #region setup
import {
  buildContext,
  buildMembership,
  startFakeUserManagement,
  startTestIssuer,
} from '@sa-platform/auth-client/testing';

const issuer = await startTestIssuer();
const users = await startFakeUserManagement();

// What the service under test reads.
Object.assign(process.env, {
  PORT: '0',
  USER_MANAGEMENT_URL: users.baseUrl,
  AUTH_ISSUER: issuer.issuer,
  AUTH_AUDIENCE: issuer.audience,
  AUTH_JWKS_URI: issuer.jwksUri,
});
// #endregion

const { stop, url } = await import('./express-service.js');
afterAll(async () => {
  await stop();
  await Promise.all([issuer.close(), users.close()]);
});

// #region test
test('a biller reads the claims of her organisation', async () => {
  const membership = buildMembership({ organisation_id: 'texas', permissions: ['claims:read'] });
  users.setContext('biller', buildContext({ display_name: 'Billie', memberships: [membership] }));

  const answer = await fetch(`${url}/claims`, {
    headers: { authorization: `Bearer ${issuer.issue({ sub: 'biller' })}` },
  });

  expect(await answer.json()).toEqual({ reader: 'Billie', organisation: 'texas' });
});
// #endregion

// #region broken
test('nobody reads claims while user-management is down', async () => {
  users.setBehaviour('hang');
  const answer = await fetch(`${url}/claims`, {
    headers: { authorization: `Bearer ${issuer.issue({ sub: 'somebody' })}` },
  });
  expect(answer.status).toBe(503);
});
// #endregion
