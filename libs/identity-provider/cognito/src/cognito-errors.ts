import { IdentityProviderError, type IdentityFailure, type IdentityOutcome } from '@sa-platform/identity-provider';
import { REST_AFTER_REFUSAL_MS } from './call-pacing.js';
import { CALLS, type CallName } from './cognito-calls.js';

interface Verdict {
  failure: IdentityFailure;
  outcome: IdentityOutcome;
  message: string;
  retryAfterMs?: number;
}

const no = (failure: IdentityFailure, message: string): Verdict => ({ failure, outcome: 'not_done', message });
const perhaps = (failure: IdentityFailure, message: string): Verdict => ({ failure, outcome: 'unknown', message });

const CONFLICT = no('conflict', 'an account with this e-mail or user id exists already');
const INPUT = no('rejected', 'the user pool refuses this input');
const STATE = no('rejected', 'the account is in a state that does not allow this');
const ACCESS = no('misconfigured', 'the user pool does not let this service in');
const LATER = no('unavailable', 'the user pool can’t serve this now');
const TRIGGER = perhaps('misconfigured', 'a trigger of the user pool failed');

/**
 * By the exception's name, never its message, which may quote what was sent. `perhaps`: mails and triggers come after
 * the account was written, so it may be there although the call failed.
 */
const BY_NAME = new Map<string, Verdict>(Object.entries({
  UsernameExistsException: CONFLICT,
  AliasExistsException: CONFLICT,
  GroupExistsException: no('conflict', 'the group exists already'),
  UserNotFoundException: no('not_found', 'no account has this external id'),
  InvalidParameterException: INPUT,
  InvalidPasswordException: no('rejected', 'the user pool’s password policy refuses a generated password'),
  PasswordHistoryPolicyViolationException: INPUT,
  UnsupportedUserStateException: STATE,
  PreconditionNotMetException: STATE,
  UserNotConfirmedException: STATE,
  UserLambdaValidationException: perhaps('rejected', 'a trigger of the user pool refused this'),
  UnexpectedLambdaException: TRIGGER,
  InvalidLambdaResponseException: TRIGGER,
  CodeDeliveryFailureException: perhaps('unavailable', 'the user pool could not send its message'),
  InvalidEmailRoleAccessPolicyException: perhaps('misconfigured', 'the user pool may not send mail'),
  InvalidSmsRoleAccessPolicyException: perhaps('misconfigured', 'the user pool may not send text messages'),
  InvalidSmsRoleTrustRelationshipException: perhaps('misconfigured', 'the user pool may not send text messages'),
  TooManyRequestsException: { ...no('throttled', 'the user pool’s quota is used up'), retryAfterMs: REST_AFTER_REFUSAL_MS },
  ThrottlingException: { ...no('throttled', 'the user pool’s quota is used up'), retryAfterMs: REST_AFTER_REFUSAL_MS },
  LimitExceededException: no('throttled', 'a limit of the user pool is reached'),
  ConcurrentModificationException: LATER,
  OperationNotEnabledException: LATER,
  ResourceNotFoundException: no('misconfigured', 'the user pool or a group in it is missing'),
  NotAuthorizedException: ACCESS,
  ForbiddenException: ACCESS,
  AccessDeniedException: ACCESS,
  UnrecognizedClientException: ACCESS,
  InvalidClientTokenId: ACCESS,
  InvalidSignatureException: ACCESS,
  IncompleteSignatureException: ACCESS,
  MissingAuthenticationTokenException: ACCESS,
  ExpiredTokenException: ACCESS,
  CredentialsProviderError: no('misconfigured', 'no AWS credentials were found'),
}));

/** The request never left: no connection came about. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whether the quota of the call's category is used up, and not a limit of one account. */
export function isQuotaRefusal(error: unknown): boolean {
  const { name } = readError(error);
  return name === 'TooManyRequestsException' || name === 'ThrottlingException';
}

/** The port's error for what the SDK threw, whatever that was. */
export function toIdentityError(call: CallName, error: unknown): IdentityProviderError {
  if (error instanceof IdentityProviderError) return error;
  const { failure, outcome, message, retryAfterMs } = verdictOf(call, error);
  const isKnown = outcome === 'not_done' || !CALLS[call].changesAccount;
  return new IdentityProviderError(failure, isKnown ? 'not_done' : 'unknown', `${message} (${call})`, retryAfterMs);
}

function verdictOf(call: CallName, error: unknown): Verdict {
  const { name, code, status } = readError(error);
  // Only a reset speaks of the account with this exception; elsewhere it means our own credentials.
  if (name === 'NotAuthorizedException' && call === 'AdminResetUserPassword') return STATE;
  const known = BY_NAME.get(name);
  if (known) return known;
  if (NOT_SENT.includes(code)) return no('unavailable', 'the user pool can’t be reached');
  if (status >= 400 && status < 500) return no('rejected', 'the user pool refuses this for a reason unknown to this service');
  return perhaps('unavailable', 'the user pool did not answer, or failed');
}

function readError(error: unknown): { name: string; code: string; status: number } {
  if (typeof error !== 'object' || error === null) return { name: '', code: '', status: 0 };
  const { name, code, $metadata } = error as { name?: unknown; code?: unknown; $metadata?: { httpStatusCode?: unknown } };
  const status = $metadata?.httpStatusCode;
  return {
    name: typeof name === 'string' ? name : '',
    code: typeof code === 'string' ? code : '',
    status: typeof status === 'number' ? status : 0,
  };
}
