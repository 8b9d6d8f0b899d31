import { JwksEndpoint } from '../../test/jwks-endpoint.js';
import { VerificationSteps } from './verification-steps.js';
import { checkVerifierOptions, type CheckedVerifierOptions } from './verifier-options.js';

let endpoint: JwksEndpoint;
let options: CheckedVerifierOptions;
beforeEach(() => {
  endpoint = new JwksEndpoint();
  options = checkVerifierOptions({ ...endpoint.options, algorithms: ['ES256', 'PS512'] });
});

test('what passport-jwt has to check is what was configured, but for the times', () => {
  const times = { ignoreExpiration: true, ignoreNotBefore: true };
  const { algorithms, ...checks } = new VerificationSteps(options).jwtChecks;
  expect(checks).toEqual({ issuer: [options.issuer], audience: 'api', ...times });
  expect(new Set(algorithms)).toEqual(new Set(['ES256', 'PS512']));
  const ofCognito = new VerificationSteps({ ...options, audience: null, clientIds: new Set(['web']) });
  expect(ofCognito.jwtChecks).toEqual({ algorithms, issuer: [options.issuer], ...times });
});

test('recalls a token by its text or by its digest, once it was accepted', async () => {
  const steps = new VerificationSteps(options);
  const token = endpoint.issue('a');
  const started = await steps.start(token);
  expect(steps.recall(token)).toBeNull();
  expect(started.key.equals(endpoint.key.publicKey)).toBe(true);
  const principal = started.accept(started.readSignedClaims());
  expect(steps.recall(token)).toBe(principal);
  expect(steps.recall(endpoint.issue('b'))).toBeNull();
});

test('a token is not recalled once its key may be gone', async () => {
  const steps = new VerificationSteps(options);
  const token = endpoint.issue('a');
  const started = await steps.start(token);
  started.accept(started.readSignedClaims());
  endpoint.published = [];
  endpoint.pass(10);
  expect(steps.recall(token)).toBeNull();
});

test('claims that are refused are not remembered', async () => {
  const steps = new VerificationSteps(options);
  const token = endpoint.issue('a');
  const started = await steps.start(token);
  expect(() => started.accept({})).toThrow(expect.objectContaining({ code: 'token.invalid' }));
  expect(steps.recall(token)).toBeNull();
});
