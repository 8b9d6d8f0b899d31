// Requests of the demo: each is printed with the essential part of its answer, and must be answered as expected.

/** An answer that the demo did not expect; the message says what was asked and what came. */
export class Surprise extends Error {}

/** Nobody answered at all. */
export class Unreachable extends Surprise {}

/**
 * @typedef {object} Call
 * @property {string} [token] bearer token
 * @property {unknown} [json] sent as JSON
 * @property {Record<string, string>} [form] sent as a form
 * @property {Record<string, string>} [headers]
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body parsed where it is JSON, else null
 */

/** Longest time that a change may take to arrive at the sibling. */
const ARRIVAL_LIMIT_MS = 10_000;
const POLL_EVERY_MS = 50;
const ANSWER_LIMIT_MS = 15_000;
const LONGEST_SECRET_SHOWN = 16;

/** One service that the demo talks to. */
export class HttpClient {
  /**
   * @param {string} name printed before each request
   * @param {string} address without a slash at the end
   */
  constructor(name, address) {
    this.name = name;
    this.address = address;
  }

  /**
   * Sends a request without printing it.
   *
   * @param {string} method
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<Answer>}
   * @throws {Unreachable}
   */
  async send(method, path, { token, json, form, headers = {} } = {}) {
    const response = await fetch(`${this.address}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json),
    }).catch((error) => {
      throw new Unreachable(`${this.name} ${method} ${path}: no answer (${error.cause?.message ?? error.message})`);
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson && text ? JSON.parse(text) : null };
  }

  /**
   * Sends a request that must be answered with this status, and prints both.
   *
   * @param {string} request method and path
   * @param {number | number[]} expected status, or those that are fine
   * @param {Call & { show?: (body: any) => unknown }} [call] `show` picks the essential part of the answer
   * @returns {Promise<any>} the body
   * @throws {Surprise}
   */
  async ask(request, expected, { show = essence, ...call } = {}) {
    const [method, path] = splitRequest(request);
    print(`  → ${this.name} ${request}${describe(call)}`);
    const answer = await this.send(method, path, call);
    this.#requireStatus(request, [expected].flat(), answer);
    print(`  ← ${answer.status}${answer.body === null ? '' : ` ${JSON.stringify(show(answer.body))}`}`);
    return answer.body;
  }

  /**
   * Repeats a request until its answer fits, for a change that is on its way, and prints how long that took.
   *
   * @param {string} request method and path
   * @param {number} expected status
   * @param {Call & { when?: (body: any) => boolean }} call `when` says more about the awaited answer
   * @returns {Promise<number>} milliseconds it took
   * @throws {Surprise} when it has not come in 10 s, or the service fails meanwhile
   */
  async askUntil(request, expected, { when = () => true, ...call }) {
    const [method, path] = splitRequest(request);
    print(`  → ${this.name} ${request}, asked until it is ${expected}`);
    const start = performance.now();
    for (;;) {
      const answer = await this.send(method, path, call);
      const elapsed = Math.round(performance.now() - start);
      if (answer.status === expected && when(answer.body)) {
        print(`  ← ${answer.status} ${JSON.stringify(essence(answer.body))} after ${elapsed} ms`);
        return elapsed;
      }
      if (answer.status >= 500 || elapsed > ARRIVAL_LIMIT_MS) {
        throw new Surprise(`${this.name} ${request}: expected ${expected}, after ${elapsed} ms still ${sum(answer)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  }

  /** @param {string} request @param {number[]} expected @param {Answer} answer */
  #requireStatus(request, expected, answer) {
    if (expected.includes(answer.status)) return;
    throw new Surprise(`${this.name} ${request}: expected ${expected.join(' or ')}, was answered ${sum(answer)}`);
  }
}

/** @param {string} line */
export function print(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {string} request @returns {[string, string]} */
function splitRequest(request) {
  const [method, path] = request.split(' ');
  return [/** @type {string} */ (method), /** @type {string} */ (path)];
}

/** @param {Answer} answer */
const sum = ({ status, body }) => `${status} ${JSON.stringify(body)}`;

/** @param {Call} call */
function describe({ json, form }) {
  const sent = json ?? form;
  return sent === undefined ? '' : ` ${JSON.stringify(sent)}`;
}

/** A refusal's code, else the answer with long values cut. @param {any} body */
function essence(body) {
  if (body?.code) return { code: body.code };
  return Object.fromEntries(
    Object.entries(body ?? {}).map(([key, value]) => [key, key.endsWith('_token') ? cut(String(value)) : value]),
  );
}

/** @param {string} secret */
const cut = (secret) => `${secret.slice(0, LONGEST_SECRET_SHOWN)}…`;
