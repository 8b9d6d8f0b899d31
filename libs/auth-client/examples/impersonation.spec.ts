import { createAuthClient, impersonationOf, requireApproved } from '@sa-platform/auth-client';
import { buildContext, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';

const issuer = await startTestIssuer();
const users = await startFakeUserManagement();
afterAll(async () => {
  await Promise.all([issuer.close(), users.close()]);
});

// #region impersonation
test('an administrator acts as a user until it is ended', async () => {
  const client = createAuthClient({
    verifier: { ...issuer.verifierOptions, impersonation: users.impersonation },
    userManagementUrl: users.baseUrl,
    events: users.connectEvents(),
  });
  await client.start();
  users.setContext('biller', buildContext());
  const { token, end } = users.impersonate('biller', { act: { sub: 'auth0|admin', user_id: 'admin-id' } });
  const request = { authorization: `Bearer ${token}` };

  const { caller } = await client.authorize(request, [requireApproved()]);
  expect(caller.principal.subject).toBe('biller');
  expect(impersonationOf(caller)?.actor).toEqual({ subject: 'auth0|admin', userId: 'admin-id' });

  end();

  const refused = client.authorize(request, [requireApproved()]);
  await expect(refused).rejects.toMatchObject({ code: 'impersonation.ended' });
  await client.close();
});
// #endregion
