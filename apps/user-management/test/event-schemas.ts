import { EVENT_TYPES, eventSchema, HEARTBEAT_SCHEMA, type JsonSchema } from '@sa-platform/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Checks messages against the event catalogue; a key that it doesn't know counts as a fault here, though not for consumers. */
export class EventSchemas {
  private readonly checks: ReadonlyMap<string, ValidateFunction>;
  private readonly heartbeat: ValidateFunction;

  constructor() {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
    formats.default(ajv);
    this.checks = new Map(EVENT_TYPES.map((type) => [type, ajv.compile(closed(eventSchema(type)))]));
    this.heartbeat = ajv.compile(closed(HEARTBEAT_SCHEMA));
  }

  /** @returns what of the event is not as the catalogue says: none when all is */
  faultsOf(event: { type: string }): string[] {
    const check = this.checks.get(event.type);
    return check === undefined ? [`${event.type} is not in the catalogue`] : faultsBy(check, event);
  }

  faultsOfHeartbeat(heartbeat: unknown): string[] {
    return faultsBy(this.heartbeat, heartbeat);
  }
}

function faultsBy(check: ValidateFunction, value: unknown): string[] {
  check(value);
  return (check.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
}

/** The same schema, and nothing besides. */
export function closed(schema: JsonSchema): JsonSchema & { additionalProperties?: boolean } {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(items ? { items: closed(items) } : {}),
    ...(properties
      ? { additionalProperties: false, properties: Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, closed(each)])) }
      : {}),
  };
}
