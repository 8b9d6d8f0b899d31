import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyError, readBody } from './request-body.js';

/**
 * The form that a page posted.
 *
 * @throws BodyError 403 for one that a page of another site sent, as far as the browser tells
 */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new BodyError(403, 'forms are taken from our own pages only');
  }
  return new URLSearchParams(await readBody(req, 'application/x-www-form-urlencoded'));
}

/** The query of a request that went through `applyMount`. */
export function readQuery(req: IncomingMessage): URLSearchParams {
  const [, query = ''] = (req.url ?? '').split('?');
  return new URLSearchParams(query);
}

/** Leads on with GET, so that reloading the next page posts nothing again. */
export function redirect(res: ServerResponse, location: string): void {
  res.writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  res.end();
}
