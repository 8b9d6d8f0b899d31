import { failureOf, newInput, ref, startAuth0, UNLIMITED, type Auth0UnderTest } from '../test/auth0-under-test.js';

const FREE_PLAN = { burst: 2, perSecond: 2 };

let under: Auth0UnderTest;
afterEach(() => under.stop());

it('stays below the limit of the Free plan without being told', async () => {
  under = await startAuth0({ rateLimit: FREE_PLAN }, { rateLimit: undefined });
  const asked = await Promise.allSettled(Array.from({ length: 12 }, () => under.provider.findByExternalId('auth0|x')));
  const statuses = new Set(under.auth0.ledger.of('users.get').map(({ status }) => status));
  expect(statuses).toEqual(new Set([404]));
  const refused = asked.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused) expect(reason).toMatchObject({ failure: 'throttled', outcome: 'not_done', retryAfterMs: expect.any(Number) });
});

it('lets a revocation overtake everything that waits', async () => {
  under = await startAuth0({ rateLimit: UNLIMITED }, { rateLimit: { burst: 2, perSecond: 4 } });
  const { user_id: id } = under.auth0.users.seed({ email: 'a@auth0.example' });
  const reads = Array.from({ length: 6 }, () => under.provider.findByExternalId(id));
  await under.provider.disable(ref(id));
  const before = under.auth0.ledger.entries.findIndex(({ operation }) => operation === 'refresh_tokens.delete');
  expect(under.auth0.ledger.entries.slice(0, before).filter(({ operation }) => operation === 'users.get').length).toBeLessThanOrEqual(2);
  await Promise.allSettled(reads);
});

it('holds everything back for as long as Retry-After says, without asking Auth0 again', async () => {
  under = await startAuth0();
  await under.provider.checkHealth();
  under.auth0.faults.script('users.create', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 60 });
  expect(await failureOf(under.provider.createUser(newInput()))).toMatchObject({ failure: 'throttled', outcome: 'not_done', retryAfterMs: 60_000 });
  under.auth0.ledger.clear();
  const next = await failureOf(under.provider.findByExternalId('auth0|x'));
  expect(next).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
  expect(next.retryAfterMs).toBeGreaterThan(55_000);
  expect(under.auth0.ledger.entries).toEqual([]);
});

it('goes by X-RateLimit-Reset where there is no Retry-After', async () => {
  under = await startAuth0({ rateLimit: { burst: 1, perSecond: 0.1 } });
  await under.provider.checkHealth();
  const error = await failureOf(under.provider.checkHealth());
  expect(error).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
  expect(error.retryAfterMs).toBeGreaterThan(8_000);
  expect(error.retryAfterMs).toBeLessThan(12_500);
});

it('never waits for more than a minute, whatever Auth0 asks', async () => {
  under = await startAuth0();
  await under.provider.checkHealth();
  under.auth0.faults.script('roles.list', { kind: 'status', status: 429, applied: false, retryAfterSeconds: 86_400 });
  expect(await failureOf(under.provider.checkHealth())).toMatchObject({ retryAfterMs: 86_400_000 });
  const next = await failureOf(under.provider.checkHealth());
  expect(next.retryAfterMs).toBeLessThanOrEqual(60_000);
});
