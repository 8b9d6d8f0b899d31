import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE, EVENT_TYPES } from './event-catalogue.js';
import { eventSchema, type EventEnvelope, type EventPayload, type Heartbeat } from './events.js';
import type { FromSchema, JsonSchema } from './json-schema.js';

/** Only a type of the same values is accepted: the compiler is the test. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const same = <A, B>(is: Same<A, B>) => is;

describe('FromSchema', () => {
  it('makes the types that the schemas describe', () => {
    expect(same<FromSchema<{ const: 'a' }>, 'a'>(true)).toBe(true);
    expect(same<FromSchema<{ enum: readonly ['a', null] }>, 'a' | null>(true)).toBe(true);
    expect(same<FromSchema<{ type: readonly ['string', 'null'] }>, string | null>(true)).toBe(true);
    expect(same<FromSchema<{ type: 'array'; items: { type: 'integer' } }>, number[]>(true)).toBe(true);
    expect(same<Heartbeat, { sequence: number; at: string }>(true)).toBe(true);
    expect(same<EventPayload<'users.erased'>['reason'], 'creation undone' | undefined>(true)).toBe(true);
    expect(same<EventEnvelope<'users.created'>['user_id'], string>(true)).toBe(true);
    expect(same<EventEnvelope<'permissions.registered'>['user_id'], null>(true)).toBe(true);
    expect(same<EventEnvelope['user_id'], string | null>(true)).toBe(true);
  });

  it('has the type tell the payloads apart', () => {
    const roleOf = (event: EventEnvelope) => (event.type === 'users.role.changed' ? event.payload.to_role : null);
    const payload = { membership_id: 'm', from_role: 'A', to_role: 'B' };
    const about = { id: 'e', sequence: 1, occurred_at: '', user_id: 'u', organisation_id: 'o', actor: { type: 'user', id: 'a' }, version: 2 } as const;
    expect(roleOf({ ...about, type: 'users.role.changed', payload })).toBe('B');
    // @ts-expect-error -- a key that the payload of this type doesn't have
    expect(roleOf({ ...about, type: 'users.role.changed', payload: { membership_id: 'm', from_role: 'A', role: 'B' } })).toBeUndefined();
    // @ts-expect-error -- another type's payload
    expect(roleOf({ ...about, type: 'users.product.granted', payload })).toBeNull();
  });
});

describe('the event catalogue', () => {
  const propertiesOf = ({ properties = {}, items }: JsonSchema): string[] => [
    ...Object.entries(properties).flatMap(([key, schema]) => [key, ...propertiesOf(schema)]),
    ...(items ? propertiesOf(items) : []),
  ];

  it('describes each type in a sentence', () => {
    expect(EVENT_TYPES).toHaveLength(15);
    expect(EVENT_TYPES.filter((type) => !/^[A-Z].*\.$/.test(EVENT_CATALOGUE[type].summary))).toEqual([]);
  });

  it.each(EVENT_TYPES)('%s: every key of the envelope is required, none is one that Nest takes apart, objects are open', (type) => {
    const schema = eventSchema(type);
    expect([...(schema.required ?? [])].sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
    expect(Object.keys(schema.properties ?? {})).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(data|pattern)$/)]));
    expect(JSON.stringify(schema)).not.toContain('additionalProperties');
  });

  it.each(EVENT_TYPES)('%s: no key of the payload is a person’s', (type) => {
    expect(propertiesOf(EVENT_CATALOGUE[type].payload).filter((key) => /mail|name|phone|address|birth|external/.test(key))).toEqual([]);
  });
});
