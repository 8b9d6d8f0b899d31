import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** Several times what any schema has. */
const DEEPEST_NESTING = 32;

/**
 * Reads JSON bodies as Fastify does, keys that reach a prototype refused. Nesting is bounded: whoever walks a body later
 * (to validate or to hash it) does so by recursion, and 20,000 brackets overflow the stack.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (isNestedDeeper(text, DEEPEST_NESTING)) done(new AppError('request.malformed', 'The body is nested too deeply'));
    else void parse(request, text, done);
  });
}

const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"?/gs;

function isNestedDeeper(text: string, deepest: number): boolean {
  let depth = 0;
  for (const character of text.replace(STRINGS, '')) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}
