import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Administrator, Heard } from './administrator.js';
import { chooseChange, FIRST_ORGANISATION, type Change } from './changes.js';
import type { KnownUser, Ledger } from './ledger.js';

const IDLE_MS = 10;
/** So long after a request whose end nobody knows the database has done with it, one way or the other. */
const DOUBT_MS = 1_000;
/** One write of so many makes another user. */
const CREATES_EVERY = 20;

interface Pace {
  writers: number;
  usersPerWriter: number;
  /** Between two writes of one writer, in milliseconds. */
  pauseMs: number;
}

/** Administrators who never stop changing users, through whichever replica serves; what was answered 2xx is written down. */
export class Load {
  private readonly writers: Writer[];
  private isStopped = false;

  constructor(administrator: Administrator, ledger: Ledger, pace: Pace) {
    this.writers = Array.from({ length: pace.writers }, () => new Writer(administrator, ledger, pace));
  }

  async prepare(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.prepare()));
  }

  start(): void {
    for (const writer of this.writers) writer.run(() => this.isStopped);
  }

  /** Resolves when no request is on its way and nothing is in doubt any more. */
  async pause(): Promise<void> {
    for (const writer of this.writers) writer.isPaused = true;
    await Promise.all(this.writers.map((writer) => writer.idle()));
  }

  /** No new request is made; those on their way may stay so. */
  hush(): void {
    for (const writer of this.writers) writer.isPaused = true;
  }

  resume(): void {
    for (const writer of this.writers) writer.isPaused = false;
  }

  /** Writes that were acknowledged. */
  get acknowledged(): number {
    return this.writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  }

  /** @throws whatever a writer met that no fault explains */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.writers.map((writer) => writer.ended));
  }
}

class Writer {
  acknowledged = 0;
  isPaused = false;
  ended: Promise<void> = Promise.resolve();
  private isIdle = true;
  private number = 0;
  private readonly users: KnownUser[] = [];
  private readonly doubts = new Map<KnownUser, number>();

  constructor(
    private readonly administrator: Administrator,
    private readonly ledger: Ledger,
    private readonly pace: Pace,
  ) {}

  async prepare(): Promise<void> {
    for (let count = 0; count < this.pace.usersPerWriter; count += 1) await this.create();
  }

  run(isStopped: () => boolean): void {
    this.ended = this.write(isStopped);
    // Told by `stop`, after what is going on.
    this.ended.catch(() => undefined);
  }

  async idle(): Promise<void> {
    // What ended it is told here rather than waited for.
    while (!this.isIdle) await Promise.race([sleep(IDLE_MS), this.ended.then(() => sleep(IDLE_MS))]);
    for (const user of [...this.doubts.keys()]) await this.lookUp(user);
  }

  private async write(isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      this.isIdle = this.isPaused;
      if (!this.isPaused) await this.step();
      await sleep(this.isPaused ? IDLE_MS : this.pace.pauseMs);
    }
    this.isIdle = true;
  }

  private async step(): Promise<void> {
    this.number += 1;
    if (this.number % CREATES_EVERY === 0) return this.create();
    const user = this.users[Math.floor(Math.random() * this.users.length)];
    if (user === undefined) return this.create();
    const doubtedAt = this.doubts.get(user);
    if (doubtedAt !== undefined && performance.now() - doubtedAt < DOUBT_MS) return;
    if (doubtedAt !== undefined) await this.lookUp(user);
    await this.change(user, chooseChange(user, this.number));
  }

  private async change(user: KnownUser, change: Change): Promise<void> {
    const isPost = change.call.method === 'POST';
    const heard = isPost
      ? await this.administrator.callUntilAnswered({ ...change.call, idempotencyKey: randomUUID() })
      : await this.administrator.call(change.call);
    if (heard === null || heard.status >= 300) {
      this.doubt(user, change, heard);
      return;
    }
    change.apply(user, heard.body);
    this.promise(user, heard, { audit: change.audit, events: [change.event] });
  }

  private async create(): Promise<void> {
    const email = `load-${randomUUID()}@example.com`;
    const json = {
      email,
      display_name: 'Loaded Person',
      user_type: 'user',
      memberships: [{ organisation_id: FIRST_ORGANISATION, role_key: 'BILLER' }],
      provisioning: { delivery: 'none', on_failure: 'queue' },
    };
    const call = { method: 'POST', path: 'admin/users', json, idempotencyKey: randomUUID() };
    const heard = await this.administrator.callUntilAnswered(call);
    // Somebody of whom nobody was told: whether they are there or not, no promise is broken.
    if (heard.status >= 300) return;
    const user: KnownUser = { id: String(heard.body.id), email, displayName: '', status: '', memberships: new Map(), uncertain: new Map() };
    readInto(user, heard.body);
    this.ledger.users.set(user.id, user);
    this.users.push(user);
    this.promise(user, heard, { audit: 'USER_CREATED', events: ['users.created', 'users.membership.added'] });
  }

  private promise(user: KnownUser, heard: Heard, what: Pick<Change, 'audit'> & { events: Change['event'][] }): void {
    this.acknowledged += 1;
    this.ledger.promise({ userId: user.id, requestId: heard.requestId, isReplayed: heard.isReplayed, ...what });
  }

  private doubt(user: KnownUser, { event, call }: Change, heard: Heard | null): void {
    if (heard !== null && heard.status < 500 && heard.status !== 409) {
      throw new Error(`${call.method} ${call.path} was refused: ${heard.status} ${JSON.stringify(heard.body)}`);
    }
    user.uncertain.set(event, (user.uncertain.get(event) ?? 0) + 1);
    this.doubts.set(user, performance.now());
  }

  private async lookUp(user: KnownUser): Promise<void> {
    for (;;) {
      const heard = await this.administrator.call({ method: 'GET', path: `admin/users/${user.id}` });
      if (heard !== null && heard.status === 200) {
        readInto(user, heard.body);
        this.doubts.delete(user);
        return;
      }
      await sleep(IDLE_MS);
    }
  }
}

interface MembershipBody {
  membership_id: string;
  role: { key: string };
  products: { product_id: string }[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
function readInto(user: KnownUser, body: any): void {
  user.displayName = String(body.display_name);
  user.status = String(body.status);
  const memberships = body.memberships as MembershipBody[];
  user.memberships = new Map(
    memberships.map(({ membership_id: id, role, products }) => [id, { id, role: role.key, products: new Set(products.map(({ product_id: product }) => product)) }]),
  );
}
