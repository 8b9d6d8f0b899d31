import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** The `If-Match` header of the request, or null. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'] ?? null;
});

/** A strong entity tag (RFC 9110 section 8.8.3). */
export function strongEtag(value: string | number): string {
  return `"${value}"`;
}

/**
 * @param ifMatch the header as it came; null lets everything pass
 * @throws AppError 412 `precondition.failed` when it names another version
 */
export function requireMatch(ifMatch: string | null, etag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  if (!tagsOf(ifMatch).includes(etag)) throw new AppError('precondition.failed');
}

/** Weak comparison, as `If-None-Match` wants it (RFC 9110 section 13.1.2). */
export function matchesNone(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return true;
  if (ifNoneMatch.trim() === '*') return false;
  return !tagsOf(ifNoneMatch)
    .map((tag) => tag.replace(/^W\//, ''))
    .includes(etag);
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}

/** A resource with the tag of its version; the interceptor sends the tag as the header `ETag`. */
export class Tagged<View> {
  constructor(
    readonly view: View,
    readonly etag: string,
  ) {}
}

/** A tag made of the answer itself, for resources without a version of their own. */
export function contentEtag(view: object): string {
  return strongEtag(hash('sha256', JSON.stringify(view), 'base64url').slice(0, 22));
}
