/** What the service says about itself before anybody is signed in. */
export interface Settings {
  issuer: string;
  client_id: string;
  scope: string;
  /** Of the access token, where the provider wants it named (Auth0). */
  audience: string | null;
}

/** @throws Error when the service doesn't answer */
export async function loadSettings(): Promise<Settings> {
  const answer = await fetch('/admin-ui.json');
  if (!answer.ok) throw new Error(`GET /admin-ui.json answered ${answer.status}`);
  return (await answer.json()) as Settings;
}
