import { describeIdentityProvider } from '@sa-platform/identity-provider/conformance';
import { startFakeCognito, type FakeCognitoOptions } from '@sa-platform/identity-provider-fakes';
import { providerOf } from '../test/provider-under-test.js';

const POOLS: [string, FakeCognitoOptions][] = [
  ['a pool where people sign in by e-mail', {}],
  ['a pool with e-mail as an alias', { signInMode: 'alias' }],
  ['a pool that compares case, as the API makes them', { caseSensitive: true }],
  ['a pool with short and empty pages', { signInMode: 'alias', pageSizes: [1, 0, 60, 2] }],
  ['a pool that still knows e-mails of the past', { keepsStaleAliases: true }],
];

describe.each(POOLS)('over %s', (_name, options) => {
  describeIdentityProvider('cognito', async () => {
    const fake = await startFakeCognito(options);
    return {
      provider: providerOf(fake),
      canSignIn: (email, password) => Promise.resolve(fake.signIn(email, password)),
      dispose: () => fake.stop(),
    };
  });
});
