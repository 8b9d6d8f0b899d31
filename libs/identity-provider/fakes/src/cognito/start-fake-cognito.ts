import { FakeServer, type FakeAnswer, type FakeRequest, type FakeVendor } from '../fake-server.js';
import type { FaultQueue } from '../fault-queue.js';
import type { Ledger } from '../ledger.js';
import type { CallInput } from './call-input.js';
import { CognitoError, errorOfStatus, invalid, toAnswer } from './cognito-error.js';
import { DEFAULT_OPTIONS, type FakeCognitoOptions } from './fake-cognito-options.js';
import { GROUP_CALLS } from './group-calls.js';
import { Pool, type PoolGroup, type PoolMail } from './pool.js';
import { POOL_CALLS } from './pool-calls.js';
import { isSignInPossible } from './pool-passwords.js';
import { PlantedUsers } from './planted-users.js';
import { STATE_CALLS } from './state-calls.js';
import { USER_CALLS, type Call } from './user-calls.js';

const TARGET = /^AWSCognitoIdentityProviderService\.([A-Za-z]+)$/;
const CALLS: Partial<Record<string, Call>> = { ...USER_CALLS, ...STATE_CALLS, ...GROUP_CALLS, ...POOL_CALLS };

/** A Cognito user pool on loopback, and what a test may look at and do to it. */
export interface FakeCognito {
  /** The value of `COGNITO_ENDPOINT`. */
  address: string;
  userPoolId: string;
  faults: FaultQueue;
  ledger: Ledger;
  users: PlantedUsers;
  groups: Map<string, PoolGroup>;
  mails: PoolMail[];
  /** Moves the pool's clock forward, in milliseconds. */
  advance(milliseconds: number): void;
  /** Whether the hosted page would let them in, or as far as the demand for a new password. */
  signIn(email: string, password: string): boolean;
  stop(): Promise<void>;
}

/**
 * Starts a stateful stand-in of one Cognito user pool: its states, its quotas, its short and late lists, its exceptions
 * by name. It checks no signature. What is written here comes from the API reference and from bug reports, not from AWS.
 */
export async function startFakeCognito(options: FakeCognitoOptions = {}): Promise<FakeCognito> {
  const now = (): number => server.now;
  const pool = new Pool({ ...DEFAULT_OPTIONS, ...options }, now);
  const server: FakeServer = new FakeServer(vendorOf(pool));
  await server.start(pool.options.port);
  return {
    address: server.address,
    userPoolId: pool.options.userPoolId,
    faults: server.faults,
    ledger: server.ledger,
    users: new PlantedUsers(pool),
    groups: pool.groups,
    mails: pool.mails,
    advance: (milliseconds) => server.advance(milliseconds),
    signIn(email, password) {
      const user = pool.users.find(email);
      return user !== null && isSignInPossible(user, password, now());
    },
    stop: () => server.stop(),
  };
}

function vendorOf(pool: Pool): FakeVendor {
  return {
    recognise({ headers, body }) {
      const target = headers['x-amz-target'];
      const operation = TARGET.exec(typeof target === 'string' ? target : '')?.[1] ?? 'unknown';
      return { operation, subject: readSubject(body) };
    },
    admit: (request) => answering(() => {
      pool.quotas.count(request.operation);
      return null;
    }),
    apply: (request) => answering(() => carryOut(pool, request)) ?? { status: 500 },
    refuse: (status) => toAnswer(errorOfStatus(status)),
  };
}

function carryOut(pool: Pool, { operation, body }: FakeRequest): FakeAnswer {
  const call = CALLS[operation];
  if (!call) throw new CognitoError('UnknownOperationException', 'No such operation');
  const input = parse(body);
  if (input.UserPoolId !== pool.options.userPoolId) throw new CognitoError('ResourceNotFoundException', 'User pool does not exist.');
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: call(pool, input) };
}

function answering(work: () => FakeAnswer | null): FakeAnswer | null {
  try {
    return work();
  } catch (error) {
    return toAnswer(error instanceof CognitoError ? error : new CognitoError('InternalErrorException', String(error), 500));
  }
}

/** For the ledger, which takes down what is no JSON as well. */
function readSubject(body: string): string | null {
  try {
    const { Username } = parse(body);
    return typeof Username === 'string' ? Username : null;
  } catch {
    return null;
  }
}

function parse(body: string): CallInput {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return parsed as CallInput;
  } catch {
    // Reported below, as a body that is valid JSON but no object is.
  }
  throw invalid('The body is not a JSON object');
}
