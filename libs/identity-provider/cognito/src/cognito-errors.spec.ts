import { IdentityProviderError } from '@sa-platform/identity-provider';
import { isQuotaRefusal, toIdentityError } from './cognito-errors.js';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('quoted input'), { name, ...more });

describe('an exception of Cognito', () => {
  it.each([
    ['UsernameExistsException', 'conflict', 'not_done'],
    ['AliasExistsException', 'conflict', 'not_done'],
    ['UserNotFoundException', 'not_found', 'not_done'],
    ['InvalidParameterException', 'rejected', 'not_done'],
    ['InvalidPasswordException', 'rejected', 'not_done'],
    ['PasswordHistoryPolicyViolationException', 'rejected', 'not_done'],
    ['UnsupportedUserStateException', 'rejected', 'not_done'],
    ['TooManyRequestsException', 'throttled', 'not_done'],
    ['LimitExceededException', 'throttled', 'not_done'],
    ['ConcurrentModificationException', 'unavailable', 'not_done'],
    ['OperationNotEnabledException', 'unavailable', 'not_done'],
    ['InternalErrorException', 'unavailable', 'unknown'],
    ['ResourceNotFoundException', 'misconfigured', 'not_done'],
    ['NotAuthorizedException', 'misconfigured', 'not_done'],
    ['AccessDeniedException', 'misconfigured', 'not_done'],
    ['ExpiredTokenException', 'misconfigured', 'not_done'],
    ['InvalidEmailRoleAccessPolicyException', 'misconfigured', 'unknown'],
    ['CodeDeliveryFailureException', 'unavailable', 'unknown'],
    ['UserLambdaValidationException', 'rejected', 'unknown'],
    ['UnexpectedLambdaException', 'misconfigured', 'unknown'],
  ])('%s is %s, %s when an account was to be created', (name, failure, outcome) => {
    expect(toIdentityError('AdminCreateUser', named(name))).toMatchObject({ failure, outcome });
  });

  it('is about the account, not about our access, when a reset is not authorised', () => {
    expect(toIdentityError('AdminResetUserPassword', named('NotAuthorizedException'))).toMatchObject({ failure: 'rejected' });
  });

  it('never leaves a read unknown', () => {
    expect(toIdentityError('ListUsers', named('InternalErrorException'))).toMatchObject({ outcome: 'not_done' });
  });
});

describe('anything else', () => {
  it.each([
    ['a refused connection', named('Error', { code: 'ECONNREFUSED' }), 'unavailable', 'not_done'],
    ['an unknown host', named('Error', { code: 'ENOTFOUND' }), 'unavailable', 'not_done'],
    ['a torn connection', named('Error', { code: 'ECONNRESET' }), 'unavailable', 'unknown'],
    ['a timeout', named('TimeoutError'), 'unavailable', 'unknown'],
    ['an unknown server error', named('NewException', { $metadata: { httpStatusCode: 503 } }), 'unavailable', 'unknown'],
    ['an unknown refusal', named('NewException', { $metadata: { httpStatusCode: 400 } }), 'rejected', 'not_done'],
    ['no error at all', 'text', 'unavailable', 'unknown'],
    ['nothing', null, 'unavailable', 'unknown'],
    ['a name of Object.prototype', named('constructor'), 'unavailable', 'unknown'],
  ])('%s gets a verdict', (_case, thrown, failure, outcome) => {
    const error = toIdentityError('AdminCreateUser', thrown);
    expect(error).toBeInstanceOf(IdentityProviderError);
    expect(error).toMatchObject({ failure, outcome });
    expect(error.message).not.toContain('quoted');
  });

  it('keeps an error that is ours already', () => {
    const ours = new IdentityProviderError('throttled', 'not_done', 'slow');
    expect(toIdentityError('AdminCreateUser', ours)).toBe(ours);
  });

  it('pauses a category for its quota, not for a limit of one account', () => {
    expect(isQuotaRefusal(named('TooManyRequestsException'))).toBe(true);
    expect(isQuotaRefusal(named('LimitExceededException'))).toBe(false);
  });
});
