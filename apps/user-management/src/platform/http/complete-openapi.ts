import type { OpenAPIObject } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '@sa-platform/contracts';
import { OWN_ERRORS } from './answers.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & { [OWN_ERRORS]?: ErrorCode[] };
type Parameter = NonNullable<Operation['parameters']>[number];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Method = (typeof METHODS)[number];

/** What any route can answer. */
const EVERYWHERE: ErrorCode[] = ['service.overloaded', 'database.unavailable', 'internal.error'];

/** What any route that wants a token can answer. */
const WITH_TOKEN: ErrorCode[] = [
  ...(['token.missing', 'token.invalid', 'token.expired', 'impersonation.ended'] as const),
  ...(['access.denied', 'user.unknown', 'user.not_active', 'context.unavailable'] as const),
];

/**
 * Adds what the decorators of a single handler can't know: errors and headers that follow from the kind of route, and path
 * parameters that a handler takes all at once.
 *
 * @param problem the JSON schema of an error
 */
export function completeOpenApi(document: OpenAPIObject, problem: object): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation: Operation | undefined = item[method];
      if (operation) complete(operation, path, method);
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problem } };
  return document;
}

function complete(operation: Operation, path: string, method: Method): void {
  const { [OWN_ERRORS]: ownErrors = [], requestBody } = operation;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the codes stand in the responses from here on
  delete operation[OWN_ERRORS];
  if (requestBody && 'content' in requestBody) requestBody.required = !isOptional(requestBody.content['application/json']?.schema);
  const isPublic = operation.security?.length === 0;
  const codes = [...errorsOf(operation, path, method), ...EVERYWHERE, ...when(!isPublic, ...WITH_TOKEN), ...ownErrors];
  operation.parameters = [
    ...pathParameters(operation, path),
    ...(operation.parameters ?? []),
    ...(takesKey(path, method) ? [header('Idempotency-Key', 'The same key and body get the first answer again')] : []),
    ...(ownErrors.includes('precondition.failed') ? [header('If-Match', 'The ETag that the change is meant for')] : []),
  ];
  for (const [status, group] of byStatus(codes)) operation.responses[status] = problemResponse(group);
}

/** Errors that follow from the kind of route. */
function errorsOf(operation: Operation, path: string, method: Method): ErrorCode[] {
  const hasBody = operation.requestBody !== undefined;
  return [
    ...when(hasBody || takesQuery(operation), 'request.invalid'),
    ...when(hasBody, 'request.malformed', 'request.too_large', 'request.unsupported_media_type'),
    ...when(path.includes('{'), 'request.not_found'),
    ...when(method !== 'get', 'database.conflict'),
    ...when(takesKey(path, method), 'idempotency.in_flight', 'idempotency.key_reused'),
  ];
}

const when = (isSo: boolean, ...codes: ErrorCode[]): ErrorCode[] => (isSo ? codes : []);

function takesKey(path: string, method: Method): boolean {
  return method === 'post' && path.includes('/admin/');
}

const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

function takesQuery({ parameters }: Operation): boolean {
  return (parameters ?? []).some((parameter) => 'in' in parameter && parameter.in === 'query');
}

/** A schema with a default for the whole of it takes no body as well. */
function isOptional(schema: object | undefined): boolean {
  return schema !== undefined && 'default' in schema;
}

/** Those of the path that no parameter names yet. */
function pathParameters({ parameters }: Operation, path: string): Parameter[] {
  const known = new Set((parameters ?? []).flatMap((parameter) => ('in' in parameter && parameter.in === 'path' ? [parameter.name] : [])));
  return [...path.matchAll(/\{(\w+)\}/g)]
    .flatMap(([, name]) => (name === undefined || known.has(name) ? [] : [name]))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function problemResponse(codes: ErrorCode[]) {
  return {
    description: codes.join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function byStatus(codes: ErrorCode[]): [number, ErrorCode[]][] {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const status = ERRORS[code][0];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}
