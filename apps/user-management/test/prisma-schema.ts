/** What a database holds, in words that both dialects and `schema.prisma` share. */
export interface Table {
  columns: Record<string, Column>;
  primaryKey: string[];
  uniqueKeys: Record<string, string[]>;
  indexes: Record<string, string[]>;
  foreignKeys: Record<string, ForeignKey>;
}

export interface Column {
  /** As the schema has it: `String(64)`, `String(text)`, `BigInt`, `Int`, `Boolean`, `DateTime(3)`, `Date`. */
  type: string;
  nullable: boolean;
  /** Without quotes; null when there is none. */
  default: string | null;
}

export interface ForeignKey {
  columns: string[];
  references: string;
  referencedColumns: string[];
  onDelete: string;
  onUpdate: string;
}

export type Schema = Record<string, Table>;

interface Model {
  table: string;
  fields: Map<string, Field>;
  attributes: string[];
}

interface Field {
  type: string;
  isOptional: boolean;
  attributes: string;
  column: string;
}

const SCALARS = new Set(['String', 'BigInt', 'Int', 'Boolean', 'DateTime']);

/** Reads the parts of `schema.prisma` that this project uses. */
export function parsePrismaSchema(text: string): Schema {
  const models = new Map<string, Model>();
  for (const [, name, body] of text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)) models.set(name!, parseModel(body!));
  return Object.fromEntries([...models.values()].map((model) => [model.table, toTable(model, models)]));
}

function parseModel(body: string): Model {
  const lines = body.split('\n').map((line) => line.trim());
  const fields = new Map<string, Field>();
  for (const line of lines) {
    const [, name, type, mark, attributes = ''] = /^(\w+)\s+(\w+)(\?|\[\])?\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || type === undefined || mark === '[]') continue;
    const column = /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? name;
    fields.set(name, { type, isOptional: mark === '?', attributes, column });
  }
  const attributes = lines.filter((line) => line.startsWith('@@'));
  return { table: attributes.map((line) => /^@@map\("(\w+)"\)/.exec(line)?.[1]).find(Boolean)!, fields, attributes };
}

function toTable(model: Model, models: Map<string, Model>): Table {
  const table: Table = { columns: {}, primaryKey: [], uniqueKeys: {}, indexes: {}, foreignKeys: {} };
  for (const field of model.fields.values()) {
    const { type, attributes, column, isOptional } = field;
    if (!SCALARS.has(type)) {
      addForeignKey(table, model, models.get(type), attributes);
      continue;
    }
    table.columns[column] = { type: typeOf(field), nullable: isOptional, default: defaultOf(attributes) };
    if (/@id\b/.test(attributes)) table.primaryKey = [column];
    const unique = /@unique\(map: "(\w+)"\)/.exec(attributes)?.[1];
    if (unique !== undefined) table.uniqueKeys[unique] = [column];
  }
  for (const line of model.attributes) addKey(table, model, line);
  return table;
}

function addKey(table: Table, model: Model, line: string): void {
  const [, kind, list] = /^@@(id|unique|index)\(\[([^\]]+)\]/.exec(line) ?? [];
  if (list === undefined) return;
  const columns = columnsOf(model, list);
  const name = /map: "(\w+)"/.exec(line)?.[1] ?? '';
  if (kind === 'id') table.primaryKey = columns;
  else table[kind === 'unique' ? 'uniqueKeys' : 'indexes'][name] = columns;
}

function addForeignKey(table: Table, model: Model, target: Model | undefined, attributes: string): void {
  const part = (name: string) => new RegExp(`${name}: \\[?"?([\\w, ]+?)"?\\]?[,)]`).exec(attributes)?.[1] ?? '';
  if (target === undefined || part('fields') === '') return;
  table.foreignKeys[part('map')] = {
    columns: columnsOf(model, /fields: \[([^\]]+)\]/.exec(attributes)?.[1] ?? ''),
    references: target.table,
    referencedColumns: columnsOf(target, /references: \[([^\]]+)\]/.exec(attributes)?.[1] ?? ''),
    onDelete: part('onDelete').toUpperCase(),
    onUpdate: part('onUpdate').toUpperCase(),
  };
}

const columnsOf = (model: Model, list: string) => list.split(',').map((name) => model.fields.get(name.trim())!.column);

function typeOf({ type, attributes }: Field): string {
  const [, native, length] = /@db\.(\w+)(?:\((\d+)\))?/.exec(attributes) ?? [];
  if (native === 'VarChar') return `String(${length})`;
  if (native === 'Text') return 'String(text)';
  if (native === 'Date') return 'Date';
  return type === 'DateTime' ? 'DateTime(3)' : type;
}

function defaultOf(attributes: string): string | null {
  const [, value] = /@default\(((?:[^()]|\(\))*)\)/.exec(attributes) ?? [];
  return value?.replaceAll('"', '') ?? null;
}
