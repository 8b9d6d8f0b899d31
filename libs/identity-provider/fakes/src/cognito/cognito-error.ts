import type { FakeAnswer } from '../fake-server.js';

/** An exception of the Cognito API by its name, thrown where the pool's rules refuse a call. */
export class CognitoError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The form that Cognito gives its exceptions: the type in the body and in a header. */
export function toAnswer({ type, message, status }: CognitoError): FakeAnswer {
  return { status, headers: { 'x-amzn-errortype': type }, body: { __type: type, message } };
}

export function invalid(message: string): CognitoError {
  return new CognitoError('InvalidParameterException', message);
}

export function userNotFound(): CognitoError {
  return new CognitoError('UserNotFoundException', 'User does not exist.');
}

const STATUS_TYPES: Record<number, string> = {
  403: 'AccessDeniedException',
  404: 'UserNotFoundException',
  409: 'UsernameExistsException',
  429: 'TooManyRequestsException',
};

/** Cognito has statuses 400 and 500 only; what a fault scripts as 429 is an exception by name. */
export function errorOfStatus(status: number): CognitoError {
  if (status >= 500) return new CognitoError('InternalErrorException', 'Something went wrong', status);
  return new CognitoError(STATUS_TYPES[status] ?? 'InvalidParameterException', 'The fault of a script');
}
