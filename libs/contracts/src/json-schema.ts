/** The types of JSON Schema 2020-12 that the schemas here are written with. */
type TypeName = 'string' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

type Scalar = string | number | boolean | null;

/**
 * As much of JSON Schema 2020-12 as the schemas here are written with, and as `FromSchema` understands. All of it means the
 * same in draft 07, which is what AsyncAPI 3 takes. Objects are open: whoever reads a message ignores what it doesn't know.
 */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: TypeName | readonly TypeName[];
  readonly const?: Scalar;
  readonly enum?: readonly Scalar[];
  readonly format?: 'date-time' | 'uuid';
  readonly minimum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/**
 * The TypeScript type of the values that a schema (`as const`) describes.
 *
 * @example
 * const POINT = { type: 'object', required: ['x'], properties: { x: { type: 'integer' }, label: { type: ['string', 'null'] } } } as const;
 * type Point = FromSchema<typeof POINT>; // { x: number; label?: string | null }
 */
export type FromSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: infer Type }
      ? OfType<Schema, Type extends readonly (infer Each)[] ? Each : Type>
      : unknown;

/** Of a schema that allows several types, a union. */
type OfType<Schema, Type> = Type extends 'string'
  ? string
  : Type extends 'integer'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? Items<Schema>
          : Type extends 'object'
            ? Members<Schema>
            : never;

type Items<Schema> = Schema extends { readonly items: infer Item } ? FromSchema<Item>[] : unknown[];

type Members<Schema> = Schema extends { readonly properties: infer Properties }
  ? Flat<
      { -readonly [Key in keyof Properties as Key extends RequiredKeys<Schema> ? Key : never]: FromSchema<Properties[Key]> } & {
        -readonly [Key in keyof Properties as Key extends RequiredKeys<Schema> ? never : Key]?: FromSchema<Properties[Key]>;
      }
    >
  : Record<string, unknown>;

type RequiredKeys<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;

/** One object type instead of an intersection, in messages of the compiler too. */
export type Flat<Type> = { [Key in keyof Type]: Type[Key] };
