import { ServiceTokenSource } from '@sa-platform/auth-client';

/** The exports of another service, which lets in services with the scope `claims:export`. */
export async function fetchExports(tokenUrl: string, clientSecret: string, address: string): Promise<unknown> {
  // #region own-token
  const tokens = new ServiceTokenSource({ tokenUrl, clientId: 'reports', clientSecret, scopes: ['claims:export'] });

  const answer = await fetch(`${address}/exports`, {
    headers: { authorization: `Bearer ${await tokens.getToken()}` },
  });
  // #endregion
  return answer.json();
}
