import { readFile } from 'node:fs/promises';
import { failureOf, newInput, startAuth0 } from '../test/auth0-under-test.js';
import { AUTH0_SCOPES, METADATA } from './index.js';

/** Everything that the port can ask for. */
async function doEverything(scopes: readonly string[]): Promise<void> {
  const under = await startAuth0({ scopes: [...scopes] });
  const provider = under.another({ passwordMails: { kind: 'ticket', send: () => Promise.resolve() } });
  try {
    const input = newInput({ delivery: 'invite' });
    const account = await provider.createUser(input);
    await provider.findMarked(input.userId, input.email);
    await provider.findByEmail(input.email);
    await provider.updateProfile(account, { displayName: 'New', email: 'new@auth0.example' });
    await provider.setClaims(account, input.claims);
    await provider.setTemporaryPassword(account);
    await provider.startPasswordReset(account);
    await provider.disable(account);
    await provider.revokeSessions(account);
    await provider.listUsers({ cursor: null, limit: 5 });
    await provider.listRoles();
    await provider.delete(account);
  } finally {
    await under.stop();
  }
}

const runbook = () => readFile(new URL('../../../../runbooks/auth0-setup.md', import.meta.url), 'utf8');

describe('the scopes of the machine-to-machine application', () => {
  it('are enough for everything', async () => {
    await doEverything(AUTH0_SCOPES);
  });

  it.each(AUTH0_SCOPES)('need %s', async (scope) => {
    const error = await failureOf(doEverything(AUTH0_SCOPES.filter((other) => other !== scope)));
    expect(error).toMatchObject({ failure: 'misconfigured' });
  });

  it('are those that the runbook grants, and no other', async () => {
    const granted = /SCOPES='([^']+)'/.exec(await runbook())?.[1]?.split(' ');
    expect([...granted ?? []].sort()).toEqual([...AUTH0_SCOPES].sort());
  });
});

it('the Action and the runbook speak of the metadata that the adapter writes', async () => {
  const action = await readFile(new URL('../actions/post-login.js', import.meta.url), 'utf8');
  for (const key of [METADATA.claims, METADATA.mustChangePassword, METADATA.temporaryPasswordAt]) expect(action).toContain(key);
  expect(await runbook()).toContain(METADATA.claims);
});
