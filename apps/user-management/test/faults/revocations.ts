import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../poll.js';
import type { Administrator, Heard } from './administrator.js';
import type { Ledger } from './ledger.js';
import type { ClientProber, ReplicaProber } from './prober.js';

/** How long after a revocation its user is still asked about. */
const WATCHED_MS = 8_000;
const PATIENCE_MS = 30_000;

/** Access that was taken away, and when that was acknowledged at the latest. */
export interface Revocation {
  during: string;
  userId: string;
  ackedAtMs: number;
}

interface Probed {
  id: string;
  membershipId: string;
}

/** Users who are let in until an administrator takes it away, while everybody who decides is asked about them. */
export class Revocations {
  readonly done: Revocation[] = [];
  private readonly ready: Probed[] = [];
  private number = 0;

  constructor(
    private readonly administrator: Administrator,
    private readonly ledger: Ledger,
    private readonly clients: readonly ClientProber[],
    private readonly replicas: readonly ReplicaProber[],
  ) {}

  /** Makes users whom everybody lets in. To be called while nothing fails. */
  async prepare(count: number): Promise<void> {
    for (let made = this.ready.length; made < count; made += 1) this.ready.push(await this.create());
    for (const { id } of this.ready) {
      await until(() => this.clients.every(({ decisions }) => decisions.lastAllowedAt.has(id)), Boolean, PATIENCE_MS);
    }
  }

  /** Takes access away from one of them, and asks until it is known to be so. */
  async revoke(during: string): Promise<void> {
    const user = this.ready.shift();
    if (!user) throw new Error('nobody is left to be revoked');
    this.number += 1;
    await (this.number % 2 === 0 ? this.suspend(user) : this.demote(user));
    this.done.push({ during, userId: user.id, ackedAtMs: performance.now() });
    setTimeout(() => this.forget(user.id), WATCHED_MS).unref();
  }

  private async create(): Promise<Probed> {
    const json = {
      email: `probe-${randomUUID()}@example.com`,
      display_name: 'Probed Person',
      user_type: 'user',
      memberships: [{ organisation_id: 'texas', role_key: 'BILLER' }],
      provisioning: { delivery: 'none', on_failure: 'rollback' },
    };
    const heard = await this.administrator.callUntilAnswered({ method: 'POST', path: 'admin/users', json, idempotencyKey: randomUUID() });
    if (heard.status !== 201) throw new Error(`no probed user: ${JSON.stringify(heard)}`);
    const { id, external_id: externalId, memberships } = heard.body as { id: string; external_id: string; memberships: { membership_id: string }[] };
    for (const client of this.clients) client.watch(id);
    for (const replica of this.replicas) replica.watch(id, externalId);
    return { id, membershipId: memberships[0]?.membership_id ?? '' };
  }

  private async suspend({ id }: Probed): Promise<void> {
    const call = { method: 'PATCH', path: `admin/users/${id}`, json: { status: 'suspended' } };
    const heard = await this.carryOut(call, id, (body) => body.status === 'suspended');
    if (heard) this.ledger.promise({ userId: id, requestId: heard.requestId, isReplayed: false, audit: 'USER_SUSPENDED', events: ['users.suspended'] });
  }

  private async demote({ id, membershipId }: Probed): Promise<void> {
    const call = { method: 'PATCH', path: `admin/users/${id}/memberships/${membershipId}`, json: { role_key: 'READONLY' } };
    const heard = await this.carryOut(call, id, (body) => body.memberships[0].role.key === 'READONLY');
    if (heard) this.ledger.promise({ userId: id, requestId: heard.requestId, isReplayed: false, audit: 'MEMBERSHIP_UPDATED', events: ['users.role.changed'] });
  }

  /** @returns the answer that acknowledged it; null when a later look showed that it was done */
  private async carryOut(call: { method: string; path: string; json: unknown }, userId: string, isDone: (body: Heard['body']) => boolean): Promise<Heard | null> {
    for (;;) {
      const heard = await this.administrator.call(call);
      if (heard !== null && heard.status < 300) return heard;
      const view = await this.administrator.call({ method: 'GET', path: `admin/users/${userId}` });
      if (view?.status === 200 && isDone(view.body)) return null;
      await sleep(20);
    }
  }

  private forget(userId: string): void {
    for (const prober of [...this.clients, ...this.replicas]) prober.forget(userId);
  }
}
