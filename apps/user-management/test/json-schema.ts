/** As much of JSON Schema 2020-12 as the service's document holds. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
}

/** @returns where the value is not what the schema says: none when it is */
export function matchSchema(value: unknown, schema: JsonSchema, named: Record<string, JsonSchema>, at = 'body'): string[] {
  const { $ref, anyOf } = schema;
  if ($ref !== undefined) return matchSchema(value, named[$ref.split('/').at(-1) ?? '']!, named, at);
  if (anyOf) {
    const faults = anyOf.map((each) => matchSchema(value, each, named, at));
    return faults.some((each) => each.length === 0) ? [] : [`${at} is none of ${anyOf.length} shapes: ${faults.flat().join('; ')}`];
  }
  const type = typeOf(value);
  if (!allows(schema, type)) return [`${at} is ${type}, not ${String(schema.type)}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is none of ${schema.enum.join(', ')}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => matchSchema(item, schema.items ?? {}, named, `${at}.${index}`));
  return type === 'object' ? matchProperties(value as Record<string, unknown>, schema, named, at) : [];
}

function allows({ type: wanted }: JsonSchema, type: string): boolean {
  const types = [wanted ?? []].flat();
  return types.length === 0 || types.includes(type) || (type === 'integer' && types.includes('number'));
}

function matchProperties(value: Record<string, unknown>, schema: JsonSchema, named: Record<string, JsonSchema>, at: string): string[] {
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const properties = schema.properties ?? {};
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const property = properties[name];
    if (property) return matchSchema(inner, property, named, `${at}.${name}`);
    return schema.additionalProperties === false ? [`${at}.${name} is not documented`] : [];
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
