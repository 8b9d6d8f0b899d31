import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import specs from '@asyncapi/specs';
import { EVENT_CATALOGUE, EVENT_TYPES, eventSchema, type EventType, type JsonSchema } from '@sa-platform/contracts';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { SeedUsers } from '../src/modules/users/seed-users.js';
import { WebhookDisabling } from '../src/modules/webhooks/webhook-disabling.js';
import { Database } from '../src/platform/database/database.js';
import { commandsOn, CommandStage } from './commands.js';
import { EventRecorder } from './event-recorder.js';
import { EventSchemas } from './event-schemas.js';
import { Importer, row } from './import-client.js';
import { ADMIN, newEmail, prismaOf } from './people.js';
import { until } from './poll.js';

const schemas = new EventSchemas();

describe('what is really published', () => {
  const stage = new CommandStage();
  const commands = commandsOn(stage);
  let recorder: EventRecorder;
  beforeAll(async () => {
    await stage.open();
    recorder = new EventRecorder(stage.app);
  });
  afterAll(() => stage.close());

  const admin = (method: string, path: string, json?: unknown) => stage.people.admin(method, path, json);
  const biller = () => stage.people.member(stage.org, 'BILLER', 'claims');
  const isSeen = (type: EventType, userId: string) => recorder.seen.some((event) => event.type === type && event.user_id === userId);

  /** What no single command of those for each route does. */
  const more: Record<string, () => Promise<unknown>> = {
    'a suspended user comes back': async () => {
      const { id } = await biller();
      for (const status of ['suspended', 'active']) await admin('PATCH', `admin/users/${id}`, { status });
    },
    'a membership gets an end, which comes, and then another one': async () => {
      const { id } = await biller();
      const path = `admin/users/${id}/memberships/${String((await stage.people.view(id)).memberships[0].membership_id)}`;
      await admin('PATCH', path, { expires_at: new Date(Date.now() + 500).toISOString() });
      await until(() => isSeen('users.membership.removed', id), (seen) => seen);
      await admin('PATCH', path, { expires_at: null });
    },
    'an import creates a user and changes them': async () => {
      const email = newEmail();
      const importer = new Importer(stage.app);
      for (const phone of ['', '+44 5']) await importer.run([row({ email, organisation_id: stage.org, product_ids: 'claims', phone })]);
    },
    'a creation that the provider does not follow is undone': async () => {
      const taken = newEmail();
      await stage.app.token(taken);
      const user = { email: taken, display_name: 'Somebody', user_type: 'user', provisioning: { delivery: 'none', on_failure: 'rollback' } };
      expect((await stage.app.as(ADMIN, 'POST', 'admin/users', user)).status).toBe(409);
    },
    'a webhook’s receiver is gone for good': async () => {
      const { body } = await stage.app.as(ADMIN, 'POST', 'admin/webhooks', { url: 'https://hooks.example.com/gone', types: ['users.erased'] });
      const webhook = await prismaOf(stage.app).webhook.findUniqueOrThrow({ where: { id: body.id } });
      const disable = () => stage.app.nest.get(WebhookDisabling).disable({ id: webhook.id, version: Number(webhook.version) }, 'gone');
      await stage.app.nest.get(Database).transaction(disable);
    },
    'the first admin is made of somebody who is suspended': async () => {
      const { id, email } = await biller();
      await admin('PATCH', `admin/users/${id}`, { status: 'suspended' });
      const { user } = prismaOf(stage.app);
      const admins = { userType: 'admin', status: 'active' };
      await user.updateMany({ where: admins, data: { userType: 'user' } });
      const seed = () => stage.app.nest.get(SeedUsers).ensureFirstAdmin(email, { type: 'system', id: 'test' });
      const made = await stage.app.nest.get(Database).transaction(seed);
      await user.updateMany({ where: { emailCanonical: ADMIN }, data: { userType: 'admin' } });
      expect(made).toBe(id);
    },
  };

  it.each(Object.entries({ ...commands, ...more }))('%s: events are as the catalogue says', async (_what, run) => {
    const events = await recorder.during(run);
    expect(events.flatMap((event) => schemas.faultsOf(event).map((fault) => `${event.type}: ${fault}`))).toEqual([]);
  });

  it('was each type of the catalogue at least once, and in the feed as it was published', async () => {
    await recorder.settle();
    expect([...new Set(recorder.seen.map(({ type }) => type))].sort()).toEqual([...EVENT_TYPES].sort());
    const { body } = await stage.app.as(ADMIN, 'GET', 'events?limit=1000');
    expect(body.items.slice(-recorder.seen.length)).toEqual(recorder.seen);
    expect(body.items.flatMap((event: { type: string }) => schemas.faultsOf(event))).toEqual([]);
  });

  it('says with its type what became of a suspended user who is made the first admin', () => {
    const types = { from_type: 'user', to_type: 'admin' };
    const made = recorder.seen.filter(({ payload }) => 'to_type' in payload && payload.to_type === 'admin');
    expect(made).toMatchObject([{ type: 'users.reactivated', payload: { from: 'suspended', to: 'active', ...types } }]);
  });
});

describe('the check of what is published', () => {
  const event = {
    id: '0197f0d2-0000-7000-8000-000000000000',
    sequence: 1,
    type: 'users.role.changed',
    occurred_at: '2026-01-01T00:00:00.000Z',
    user_id: 'u',
    organisation_id: 'o',
    actor: { type: 'user', id: 'a' },
    version: 2,
    payload: { membership_id: 'm', from_role: 'A', to_role: 'B' },
  };

  it('finds nothing wrong with an event of the design', () => {
    expect(schemas.faultsOf(event)).toEqual([]);
    expect(schemas.faultsOfHeartbeat({ sequence: 0, at: event.occurred_at })).toEqual([]);
  });

  it.each([
    ['another key in the payload', { payload: { ...event.payload, email: 'x' } }],
    ['a key missing from the payload', { payload: { membership_id: 'm', from_role: 'A' } }],
    ['another key in the envelope', { data: 1 }],
    ['another key of the actor', { actor: { ...event.actor, name: 'x' } }],
    ['an actor of no kind', { actor: { type: 'robot', id: 'a' } }],
    ['no user', { user_id: null }],
    ['no organisation', { organisation_id: null }],
    ['no number', { sequence: null }],
    ['a moment that is none', { occurred_at: 'yesterday' }],
    ['a type that is not in the catalogue', { type: 'users.renamed' }],
  ])('finds %s', (_what, difference) => {
    expect(schemas.faultsOf({ ...event, ...difference })).not.toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  const stage = new CommandStage();
  let document: {
    channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
    components: { messages: Record<string, { payload: { $ref: string } }>; schemas: Record<string, JsonSchema> };
    servers: Record<string, { host: string }>;
  };
  let text: string;
  beforeAll(async () => {
    await stage.open();
    ({ body: document, text } = await stage.app.request('GET', 'asyncapi.json'));
  });
  afterAll(() => stage.close());

  it('is AsyncAPI 3.0.0, by the schema of those who define it', () => {
    const ajv = new Ajv({ strict: false, meta: false, validateSchema: false });
    formats.default(ajv);
    const isValid = ajv.compile(specs.schemasWithoutId['3.0.0']);
    expect(isValid(document) ? [] : isValid.errors).toEqual([]);
    expect(isValid({ ...document, channels: { events: { adress: 'users.events' } } })).toBe(false);
  });

  it('has every type of event, each with its schema, on the channel and in the log', () => {
    const { channels, components } = document;
    for (const channel of ['events', 'log']) expect(Object.keys(channels[channel]!.messages)).toEqual(EVENT_TYPES);
    for (const type of EVENT_TYPES) {
      expect(components.messages[type]!.payload).toEqual({ $ref: `#/components/schemas/${type}` });
      expect(components.schemas[type]).toEqual(JSON.parse(JSON.stringify(eventSchema(type))));
      expect(components.schemas[type]!.properties!['payload']).toEqual(JSON.parse(JSON.stringify(EVENT_CATALOGUE[type].payload)));
    }
    expect(Object.values(channels).map(({ address }) => address)).toEqual(['users.events', 'users.events.log', 'users.heartbeat', '/events']);
  });

  it('refers to nothing that is not there, and names nobody’s address', () => {
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    const find = (path: string) => path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(references.length).toBeGreaterThan(EVENT_TYPES.length * 4);
    expect(references.filter((path) => find(path) === undefined)).toEqual([]);
    expect(Object.values(document.servers).map(({ host }) => host)).toEqual(['{address}', '{address}']);
  });
});
