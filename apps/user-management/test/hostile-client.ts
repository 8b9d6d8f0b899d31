import { ERRORS, type Problem } from '@sa-platform/contracts';
import { BASE_PATH } from '../src/app.setup.js';
import { rawRequest, type RawAnswer } from './raw-request.js';
import type { TestApp } from './test-app.js';

/** What no answer may hold: words of the database, the language, the framework, or places in the source. */
const TELLTALE =
  /\n\s+at |node_modules|\.[jt]s:\d|prisma|invocation|\bselect\b.*\bfrom\b|insert into|syntax error|constraint|duplicate key|relation "|postgres|maria|mysql|zod|fastify|undefined|\[object|TypeError|RangeError/i;

export interface HostileRequest {
  /** Path below the base path unless it starts with `/`; goes out as it is. */
  path: string;
  method: string;
  /** JSON when it isn't a string. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The field that the refusal has to name, or something in it. */
  field?: string;
}

/** Sends requests that must be refused, and says what is wrong with the refusals. */
export class HostileClient {
  constructor(private readonly app: TestApp) {}

  async send({ path, method, body, headers }: HostileRequest, who = 'admin@example.com'): Promise<RawAnswer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const address = path.startsWith('/') ? path : `/${BASE_PATH}/${path}`;
    const all = {
      authorization: `Bearer ${await this.app.token(who)}`,
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    };
    // An empty type stands for none.
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    return rawRequest(this.app.url, [method, address], sent, text);
  }

  /** @returns one line per request that was not refused as it should be: none when all is well */
  async findFaults(requests: HostileRequest[], whoFor: (request: HostileRequest) => string = callerFor): Promise<string[]> {
    const faults: string[] = [];
    const queue = [...requests];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const answer = await this.send(next, whoFor(next));
        const fault = faultOf(answer, next.field);
        if (fault !== null) faults.push(`${next.method} ${next.path} ${shorten(next)}: ${fault}: ${answer.status} ${answer.text.slice(0, 300)}`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    return faults;
  }
}

/** Routes for services alone get a service's token, all others the platform admin's. */
export function callerFor({ path }: HostileRequest): string {
  return path.startsWith('users/contexts') ? 'service:context:read' : 'admin@example.com';
}

/** In this order: the first that finds something is told. */
const CHECKS: readonly [fault: string, isAtFault: (answer: RawAnswer, field: string | undefined) => boolean][] = [
  ['no 4xx', ({ status }) => status < 400 || status >= 500],
  ['no problem details', ({ type }) => !type.startsWith('application/problem+json')],
  ['no code', ({ problem: { code } }) => code === undefined || !(code in ERRORS)],
  ['another status than the code’s', ({ status, problem }) => problem.status !== status || ERRORS[problem.code!][0] !== status],
  ['tells too much', ({ text }) => TELLTALE.test(text)],
  ['names no field', ({ problem }) => problem.code === 'request.invalid' && !problem.errors?.length],
  ['does not name the field', ({ problem }, field) => field !== undefined && !names(problem, field)],
];

function faultOf(answer: RawAnswer, field: string | undefined): string | null {
  return CHECKS.find(([, isAtFault]) => isAtFault(answer, field))?.[0] ?? null;
}

/** Itself or something in it; a body that can't be read is refused before anybody looked at fields. */
function names({ code, errors }: Partial<Problem>, field: string): boolean {
  if (code === 'request.too_large' || code === 'request.malformed') return true;
  return errors?.some((error) => error.field === field || error.field.startsWith(`${field}.`)) === true;
}

function shorten({ body, headers }: HostileRequest): string {
  return `${JSON.stringify(headers ?? {})} ${body === undefined ? '' : JSON.stringify(body).slice(0, 120)}`;
}
