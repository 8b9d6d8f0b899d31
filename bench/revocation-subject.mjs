// Somebody who is deactivated and let in again over the API, beside two clients that keep asking about them.
import { randomBytes } from 'node:crypto';
import { Client, now } from './revocation-clients.mjs';

const AUDIENCE = 'https://user-management.local';
const CLIENTS = 2;

/** @typedef {{ sinceSent: number, sinceAnswered: number, code: string }} Delay in milliseconds, of one client */

export class Subject {
  /** For each client from when, and for all until when, its answers had to be the same. @type {{ from: number[], to: number, isAllowed: boolean }[]} */
  periods = [];
  id = '';
  email = `revocation-${randomBytes(6).toString('hex')}@example.com`;
  /** @type {Client[]} */
  clients = [];
  #admin = '';

  /** @param {string} url of the service */
  constructor(url) {
    this.url = url;
  }

  /** @param {string} url of the service */
  static async create(url) {
    const subject = new Subject(url);
    await subject.renew();
    const user = { email: subject.email, display_name: 'Bench', user_type: 'user', provisioning: { delivery: 'none' } };
    subject.id = (await subject.#ask('POST', 'admin/users', user)).id;
    return subject;
  }

  stop() {
    for (const client of this.clients) client.stop();
  }

  /** Tokens last for a quarter of an hour. */
  async renew() {
    this.#admin = await this.#tokenOf('admin@example.com');
    if (this.clients.length === 0) return;
    const token = await this.#tokenOf(this.email);
    for (const client of this.clients) client.use(token);
  }

  /** @param {string} redisUrl where the clients find Redis */
  async startClients(redisUrl) {
    const issuer = `${this.url}/mock-idp`;
    const verifier = { provider: 'oidc', issuer, audience: AUDIENCE, jwksUri: `${issuer}/jwks` };
    const settings = { verifier, userManagementUrl: this.url, redisUrl };
    const token = await this.#tokenOf(this.email);
    for (let count = 0; count < CLIENTS; count++) this.clients.push(new Client(settings, token));
    const allowed = await Promise.all(this.clients.map((client) => client.allowedAfter(-Infinity)));
    await Promise.all(this.clients.map((client) => client.connectedAfter(-Infinity)));
    this.periods.push({ from: allowed.map(({ at }) => at), to: Infinity, isAllowed: true });
  }

  /** @returns {Promise<Delay[]>} until the first refusal of each client */
  async deactivate() {
    const { sentAt, answeredAt } = await this.#setStatus('deactivated');
    const refusals = await Promise.all(this.clients.map((client) => client.refusedAfter(sentAt)));
    this.#begin(refusals, sentAt, false);
    return refusals.map(({ at, outcome }) => ({ sinceSent: at - sentAt, sinceAnswered: at - answeredAt, code: outcome }));
  }

  async reactivate() {
    const { sentAt } = await this.#setStatus('active');
    this.#begin(await Promise.all(this.clients.map((client) => client.allowedAfter(sentAt))), sentAt, true);
  }

  /** What a client decided against what it had decided before, with nothing changed in between. */
  listContradictions() {
    return this.clients.flatMap((client, index) =>
      this.periods.flatMap(({ from, to, isAllowed }) =>
        client.outcomes
          .filter(({ at, outcome }) => at > Number(from[index]) && at < to && (outcome === 'allowed') !== isAllowed)
          .map(({ at, outcome }) => `${outcome} ${Math.round(at - Number(from[index]))} ms after the opposite`),
      ),
    );
  }

  /** @param {import('./revocation-clients.mjs').Outcome[]} first @param {number} sentAt @param {boolean} isAllowed */
  #begin(first, sentAt, isAllowed) {
    const last = this.periods.at(-1);
    if (last) last.to = sentAt;
    this.periods.push({ from: first.map(({ at }) => at), to: Infinity, isAllowed });
  }

  /** @param {string} status */
  async #setStatus(status) {
    const sentAt = now();
    await this.#ask('PATCH', `admin/users/${this.id}`, { status });
    return { sentAt, answeredAt: now() };
  }

  /** @param {string} method @param {string} path @param {object} body @returns {Promise<any>} */
  async #ask(method, path, body) {
    const headers = { authorization: `Bearer ${this.#admin}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/v1/user-management/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** @param {string} email @returns {Promise<string>} */
  async #tokenOf(email) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/mock-idp/dev-token`, { method: 'POST', headers, body: JSON.stringify({ email }) });
    return (await response.json()).access_token;
  }
}
