import { asAdmin, createPerson, createRole, unique, type Person } from './arrange.js';
import type { Actor, MatrixRow } from './authorisation-table.js';
import { csv, row as csvRow } from './import-client.js';
import { tokenFor } from './impersonating.js';
import { prismaOf } from './people.js';
import { until } from './poll.js';
import { sampleBody, samplePath } from './sample-requests.js';
import { decode, issuerKey, signRs256 } from './sign-token.js';
import type { Answer, TestApp } from './test-app.js';

const ADMIN = 'admin@example.com';
const HOUR_MS = 3_600_000;
const SCOPES = ['context:read', 'users:read', 'contact:read', 'permissions:register', 'events:read'];
const READER = ['admin:users:read', 'admin:roles:read', 'admin:organisations:read', 'admin:products:read', 'admin:permissions:read', 'admin:audit:read', 'admin:webhooks:read', 'admin:webhooks:write'];

/** What requests are about; all of it belongs to `texas`. */
export interface Target extends Person {
  externalId: string;
  /** BILLER with the product `derm`; READONLY is another one. */
  membership: string;
  role: string;
  importId: string;
  webhook: string;
}

/** Everybody who asks, and what they ask about, over the demo organisations. */
export class AuthorisationWorld {
  private readonly ids = new Map<Actor, string>();
  private readonly emails = new Map<Actor, string>();
  private readonly drift = { scan: unique('scan'), repair: unique('repair'), item: unique('item') };

  private impersonatedToken = '';
  private sentEvent = '';

  private constructor(private readonly app: TestApp) {}

  static async create(app: TestApp): Promise<AuthorisationWorld> {
    const world = new AuthorisationWorld(app);
    const reader = await createRole(app, 'texas', [...READER, 'claims:read']);
    await world.add('patient', 'patient@example.com');
    await world.add('clinician', 'clinician@example.com');
    await world.add('tenant admin', 'tenant-admin@example.com');
    await world.add('impersonated', 'tenant-admin@example.com');
    await world.add('platform admin', ADMIN);
    await world.add('reader', (await createPerson(app, [{ organisation_id: 'texas', role_id: reader.id }])).email);
    await world.add('other tenant admin', (await createPerson(app, [{ organisation_id: 'mississippi', role_key: 'TENANT_ADMIN' }])).email);
    await world.addInactive();
    await world.plantDrift();
    const numbered = { where: { sequence: { not: null } } };
    const sent = await until(() => prismaOf(app).outboxEvent.findFirst(numbered), (event) => event !== null);
    world.sentEvent = sent?.id ?? '';
    world.impersonatedToken = await tokenFor(app, world.ids.get('impersonated') ?? '');
    return world;
  }

  /** Somebody nobody has asked anything about yet; pending where that is what the route wants. */
  async newTarget({ route }: MatrixRow): Promise<Target> {
    const person = await createPerson(this.app, [
      { organisation_id: 'texas', role_key: 'BILLER', product_ids: ['derm'] },
      { organisation_id: 'texas', role_key: 'READONLY' },
    ]);
    const { body } = await asAdmin(this.app, 'GET', `admin/users/${person.id}`);
    const biller = body.memberships.find((membership: { role: { key: string } }) => membership.role.key === 'BILLER');
    if (/approve$/.test(route)) await asAdmin(this.app, 'POST', `admin/users/${person.id}/revoke`);
    const role = /roles\/:id/.test(route) ? (await createRole(this.app, 'texas', ['claims:read'])).id : '';
    const importId = /imports\/:id/.test(route) ? await this.plantImport() : '';
    const webhook = /webhooks\/:id/.test(route) ? await this.plantWebhook() : '';
    return { ...person, externalId: String(body.external_id), membership: String(biller.membership_id), role, importId, webhook };
  }

  async ask(row: MatrixRow, actor: Actor, target: Target): Promise<Answer> {
    const [method = '', template = ''] = row.route.split(' ');
    const own = row.variant === 'own' ? this.ids.get(actor) : undefined;
    const path = this.pathOf(template, { ...target, id: own ?? target.id });
    const token = await this.tokenOf(actor, row);
    if (/users\/import$/.test(path)) {
      return this.app.request(method, `${path}?dry_run=true`, { token, raw: csv([csvRow()]), headers: { 'content-type': 'text/csv' } });
    }
    return this.app.request(method, path, { token, json: bodyOf(row, target) });
  }

  /** Waits until nothing that was asked for goes on behind the answer. */
  async settle(): Promise<void> {
    const { import: imports, driftRun } = prismaOf(this.app);
    const running = { OR: [{ state: { in: ['receiving', 'queued'] } }, { state: 'running', leaseId: { not: 'planted' } }] };
    const count = async () => (await imports.count({ where: running })) + (await driftRun.count({ where: { state: 'running' } }));
    await until(count, (going) => going === 0);
  }

  private pathOf(template: string, { id, externalId, membership, role, importId, webhook }: Target): string {
    const own = /imports/.test(template) ? importId : this.driftIdOf(template);
    const path = template.replace(':externalId', encodeURIComponent(externalId)).replace('webhooks/:id', `webhooks/${webhook}`).replace(':deliveryId', this.sentEvent);
    return samplePath(path, { user: own ?? id, membership, role });
  }

  private driftIdOf(template: string): string | null {
    if (!template.includes('/drift/')) return null;
    if (template.includes('/scans/')) return this.drift.scan;
    return template.includes('/repairs/') ? this.drift.repair : this.drift.item;
  }

  private async tokenOf(actor: Actor, { scope }: MatrixRow): Promise<string | null> {
    if (actor === 'no token') return null;
    if (actor === 'expired token') return this.expiredToken();
    if (actor === 'impersonated') return this.impersonatedToken;
    if (actor === 'service with the scope') return this.app.token(`service:${scope ?? SCOPES.join(' ')}`);
    if (actor === 'service without') return this.app.token(`service:${SCOPES.filter((each) => each !== scope).join(' ')}`);
    return this.app.token(this.emails.get(actor) ?? '');
  }

  /** What would open everything, an hour ago. */
  private async expiredToken(): Promise<string> {
    const [header, claims] = (await this.app.token(ADMIN)).split('.');
    const now = Math.floor(Date.now() / 1000);
    const { key } = issuerKey(this.app);
    return signRs256(decode(header), { ...decode(claims), iat: now - 7200, nbf: now - 7200, exp: now - 3600 }, key);
  }

  private async add(actor: Actor, email: string): Promise<void> {
    this.emails.set(actor, email);
    this.ids.set(actor, await this.app.idOf(email));
  }

  /** Administrators of `texas` but for their status, with tokens from before. */
  private async addInactive(): Promise<void> {
    const end = {
      pending: (id: string) => asAdmin(this.app, 'POST', `admin/users/${id}/revoke`),
      suspended: (id: string) => asAdmin(this.app, 'PATCH', `admin/users/${id}`, { status: 'suspended' }),
      deactivated: (id: string) => asAdmin(this.app, 'DELETE', `admin/users/${id}`),
    };
    for (const status of ['pending', 'suspended', 'deactivated'] as const) {
      const { id, email } = await createPerson(this.app, [{ organisation_id: 'texas', role_key: 'TENANT_ADMIN' }]);
      await this.add(status, email);
      await end[status](id);
    }
  }

  /** An import of the tenant administrator that somebody works on. */
  private async plantImport(): Promise<string> {
    const id = unique('import');
    const createdBy = this.ids.get('tenant admin') ?? '';
    const lease = { leaseId: 'planted', leasedUntil: new Date(Date.now() + HOUR_MS) };
    const data = { id, state: 'running', isDryRun: true, delivery: 'none', createdBy, createdAt: new Date(), ...lease };
    await prismaOf(this.app).import.create({ data });
    return id;
  }

  /** Nothing is sent to it by itself, and its receiver is nowhere. */
  private async plantWebhook(): Promise<string> {
    const id = unique('webhook');
    const client = prismaOf(this.app);
    const [now, event] = [new Date(), await client.outboxEvent.findUniqueOrThrow({ where: { id: this.sentEvent } })];
    const over = { state: 'disabled', position: event.sequence ?? 0n, runAt: now, createdAt: now, updatedAt: now };
    await client.webhook.create({ data: { id, url: 'https://127.0.0.1/', ...over } });
    const sent = { sequence: event.sequence ?? 0n, eventId: event.id, type: event.type, state: 'failed', firstAttemptAt: now, lastAttemptAt: now };
    await client.webhookDelivery.create({ data: { webhookId: id, ...sent } });
    return id;
  }

  /** A scan, what it found, and the repair of that, all of it over. */
  private async plantDrift(): Promise<void> {
    const { scan, repair, item } = this.drift;
    const client = prismaOf(this.app);
    const over = { state: 'finished', actorId: this.ids.get('platform admin') ?? '', runAt: new Date(), startedAt: new Date(), finishedAt: new Date() };
    await client.driftRun.create({ data: { ...over, id: scan, kind: 'scan', phase: 'done' } });
    await client.driftRun.create({ data: { ...over, id: repair, kind: 'repair', phase: 'done', scanId: scan, direction: 'push' } });
    const found = { kind: 'claims_differ', subject: 'somebody', userId: 'somebody', externalId: 'mock|somebody', detectedAt: new Date() };
    await client.driftItem.create({ data: { ...found, id: item, scanId: scan, state: 'gone' } });
  }
}

/** Whether the text shows anything that belongs to `texas`. */
export const shows = (target: Target, text: string): boolean => [target.id, target.email, 'texas', 'Texas'].some((word) => text.includes(word));

export const isInactive = (actor: Actor): boolean => ['pending', 'suspended', 'deactivated'].includes(actor);

/** Bodies about the target, where the sample of the route is about nobody or somebody else. */
const BODIES: Readonly<Record<string, (target: Target) => object>> = {
  'POST users/contexts': ({ id }) => ({ user_ids: [id] }),
  'POST admin/users': () => newUser({ memberships: [{ organisation_id: 'texas', role_key: 'BILLER' }] }),
  'POST admin/users (a platform admin)': () => newUser({ user_type: 'admin', memberships: [{ organisation_id: 'texas', role_key: 'BILLER' }] }),
  'PATCH admin/users/:id': () => ({ display_name: 'Other Name', status: 'suspended' }),
  'PUT admin/users/:id/role': () => ({ role: 'patient' }),
  'PUT admin/users/:id/role (to a platform admin)': () => ({ role: 'admin' }),
  'POST admin/users/approve': ({ id }) => ({ user_id: id, role: 'user' }),
  'POST admin/users/bulk-approve': ({ id }) => ({ user_ids: [id], role: 'user' }),
  'POST admin/users/:userId/memberships': () => ({ organisation_id: 'texas', role_key: 'RCM_ANALYST' }),
  'PATCH admin/users/:userId/memberships/:membershipId': () => ({ role_key: 'RCM_ANALYST' }),
  'POST admin/roles': () => ({ key: unique('R'), name: 'R', organisation_id: 'texas', permissions: ['claims:read'] }),
  'POST admin/roles (of the platform)': () => ({ key: unique('R'), name: 'R', permissions: ['claims:read'] }),
};

function bodyOf({ route, variant }: MatrixRow, target: Target): object | undefined {
  const own = BODIES[variant === '' ? route : `${route} (${variant})`];
  return own ? own(target) : sampleBody(route, { user: target.id, membership: target.membership, role: target.role });
}

function newUser(more: object): object {
  return { email: `${unique('new')}@example.com`, display_name: 'New', user_type: 'user', provisioning: { delivery: 'none' }, ...more };
}
