import { createAuthClient, requirePermissions } from '@sa-platform/auth-client';
import { buildContext, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';

const issuer = await startTestIssuer();
const users = await startFakeUserManagement();
afterAll(async () => {
  await Promise.all([issuer.close(), users.close()]);
});

// #region events
test('a permission that is taken away is gone at once', async () => {
  const client = createAuthClient({
    verifier: issuer.verifierOptions,
    userManagementUrl: users.baseUrl,
    events: users.connectEvents(),
  });
  await client.start();
  users.setContext('biller', buildContext({ permissions: ['claims:read'] }));
  const authorization = `Bearer ${issuer.issue({ sub: 'biller' })}`;
  await client.authorize({ authorization }, [requirePermissions('claims:read')]);

  users.changeContext('biller', { permissions: [] });

  const refused = client.authorize({ authorization }, [requirePermissions('claims:read')]);
  await expect(refused).rejects.toMatchObject({ code: 'access.denied' });
  await client.close();
});
// #endregion
