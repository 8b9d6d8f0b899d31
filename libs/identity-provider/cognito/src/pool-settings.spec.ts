import { startFakeCognito, type FakeCognito, type FakeCognitoOptions } from '@sa-platform/identity-provider-fakes';
import { providerOf } from '../test/provider-under-test.js';
import { person } from '../test/pool-under-test.js';

let fake: FakeCognito;
afterEach(() => fake.stop());

describe('a pool that was not set up as the runbook says', () => {
  it.each<[string, FakeCognitoOptions, string]>([
    ['without our attributes', { customAttributes: ['custom:user_id'] }, 'custom:roles'],
    ['with an attribute that can’t change', { immutableAttributes: ['custom:status'] }, 'custom:status'],
    ['without sign-in by e-mail', { signInMode: 'username' }, 'sign in by e-mail'],
  ])('%s says so in its health, and creates nobody', async (_case, options, message) => {
    fake = await startFakeCognito(options);
    const provider = providerOf(fake);
    for (const work of [provider.checkHealth(), provider.createUser(person())]) {
      await expect(work).rejects.toMatchObject({ failure: 'misconfigured', outcome: 'not_done', message: expect.stringContaining(message) });
    }
    expect(fake.users.list()).toEqual([]);
  });

  it('with another id is misconfigured', async () => {
    fake = await startFakeCognito();
    const provider = providerOf({ address: fake.address, userPoolId: 'eu-west-1_Other' });
    await expect(provider.checkHealth()).rejects.toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
  });
});

it('health costs no list and no account', async () => {
  fake = await startFakeCognito();
  await providerOf(fake).checkHealth();
  expect(fake.ledger.entries.map(({ operation }) => operation)).toEqual(['DescribeUserPool']);
});
