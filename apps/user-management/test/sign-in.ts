import { MockSignInFlow } from './mock-sign-in-flow.js';

/** What `signIn` chooses where a temporary password has to be changed. */
export const CHOSEN_PASSWORD = 'correct horse battery';

/** Signs in on the issuer's own pages, as a browser would. @returns the access token, or null when they refuse */
export async function signIn(url: string, email: string, password: string): Promise<string | null> {
  const flow = new MockSignInFlow(url);
  const asked = await flow.signIn(email, password);
  const end = asked.url.endsWith('/password') ? await flow.submit(asked, { password: CHOSEN_PASSWORD, repeat: CHOSEN_PASSWORD }) : asked;
  return new URL(end.url).searchParams.has('code') ? flow.redeem(end) : null;
}
