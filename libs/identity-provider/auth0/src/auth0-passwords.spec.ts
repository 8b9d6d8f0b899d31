import { failureOf, newInput, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';
import type { PasswordTicket } from './index.js';

let under: Auth0UnderTest;
beforeEach(async () => {
  under = await startAuth0();
});
afterEach(() => under.stop());

describe('a temporary password', () => {
  it('is marked for the Action with what Auth0 says of the last change', async () => {
    const account = await under.provider.createUser(newInput());
    await under.provider.setTemporaryPassword(account);
    const kept = under.auth0.users.get(account.externalId);
    expect(kept?.last_password_reset).toEqual(expect.any(String));
    expect(kept?.app_metadata).toMatchObject({ must_change_password: true, temporary_password_at: kept?.last_password_reset });
  });

  it('blocks again what Auth0 unblocked, also when the answer got lost', async () => {
    const account = await under.provider.createUser(newInput());
    await under.provider.disable(account);
    for (const fault of [
      { kind: 'status', status: 500, applied: true },
      { kind: 'reset', applied: true },
      { kind: 'hang', applied: true },
    ] as const) {
      under.auth0.faults.script('users.update', fault);
      expect(await failureOf(under.provider.setTemporaryPassword(account))).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
      expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: true });
    }
  });

  it('blocks again what somebody else blocked after we looked', async () => {
    const input = newInput();
    const account = await under.provider.createUser(input);
    under.auth0.faults.script('users.update', {
      kind: 'tell',
      when: 'before',
      tell: async () => {
        await under.another().setClaims(account, { ...input.claims, status: 'suspended' });
        await under.another().disable(account);
      },
    });
    await under.provider.setTemporaryPassword(account);
    expect(under.auth0.users.get(account.externalId)).toMatchObject({ blocked: true });
  });

  it('is not done, and nothing is written after it, when Auth0 refuses it', async () => {
    const account = await under.provider.createUser(newInput());
    under.auth0.ledger.clear();
    under.auth0.faults.script('users.update', { kind: 'status', status: 400, applied: false });
    expect(await failureOf(under.provider.setTemporaryPassword(account))).toMatchObject({ failure: 'rejected', outcome: 'not_done' });
    expect(under.auth0.ledger.of('users.update')).toHaveLength(1);
  });

  it('is unknown, and denied by the Action for ever, when its mark could not be completed', async () => {
    const account = await under.provider.createUser(newInput());
    under.auth0.faults.script('users.update', { kind: 'delay', ms: 0 }, { kind: 'status', status: 500, applied: false });
    expect(await failureOf(under.provider.setTemporaryPassword(account))).toMatchObject({ outcome: 'unknown' });
    expect(under.auth0.users.get(account.externalId)?.app_metadata).toMatchObject({ must_change_password: true });
    expect(under.auth0.users.get(account.externalId)?.app_metadata).not.toHaveProperty('temporary_password_at');
  });
});

describe('the mail with which a person sets a password', () => {
  it('is Auth0’s own, for a reset as for an invitation', async () => {
    const input = newInput();
    const account = await under.provider.createUser(input);
    await under.provider.startPasswordReset(account);
    await under.provider.resendInvitation(account);
    expect(under.auth0.mails).toEqual([1, 2].map(() => ({ kind: 'change_password', to: input.email })));
  });

  it('waits when one person got ten, and holds nobody else up', async () => {
    const account = await under.provider.createUser(newInput());
    for (let sent = 0; sent < 10; sent += 1) await under.provider.startPasswordReset(account);
    const error = await failureOf(under.provider.startPasswordReset(account));
    expect(error).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
    expect(error.retryAfterMs).toBeGreaterThan(30_000);
    await expect(under.provider.findByExternalId(account.externalId)).resolves.not.toBeNull();
    under.auth0.advance(60_000);
    await under.provider.startPasswordReset(account);
    expect(under.auth0.mails).toHaveLength(11);
  });

  it('can be ours, with a link that Auth0 made', async () => {
    const sent: PasswordTicket[] = [];
    const send = (ticket: PasswordTicket) => Promise.resolve(void sent.push(ticket));
    const provider = under.another({ passwordMails: { kind: 'ticket', send } });
    const input = newInput({ delivery: 'invite' });
    const account = await provider.createUser(input);
    await provider.startPasswordReset(account);
    under.auth0.users.change(account.externalId, { logins_count: 1 });
    await provider.startPasswordReset(account);
    expect(sent.map(({ kind, email }) => [kind, email])).toEqual(
      ['invitation', 'invitation', 'reset'].map((kind) => [kind, input.email]),
    );
    expect(new Set(sent.map(({ url }) => url)).size).toBe(3);
    expect(under.auth0.mails).toEqual([]);
  });

  it('that our own way could not send is unknown, and its link is in no error', async () => {
    const send = ({ url }: PasswordTicket) => Promise.reject(new Error(`no server for ${url}`));
    const provider = under.another({ passwordMails: { kind: 'ticket', send } });
    const error = await failureOf(provider.createUser(newInput({ delivery: 'invite' })));
    expect(error).toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('ticket=');
  });
});
