import type { IncomingMessage } from 'node:http';

const MAX_BODY_BYTES = 16 * 1024;

/** Why a body was not taken; `status` is the HTTP status to answer. */
export class BodyError extends Error {
  override readonly name = 'BodyError';

  constructor(
    readonly status: 400 | 403 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The body as text.
 *
 * @throws BodyError 415 for another media type, 413 past 16 KiB
 */
export async function readBody(req: IncomingMessage, mediaType: string): Promise<string> {
  const actual = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (actual !== mediaType) throw new BodyError(415, `the body has to be ${mediaType}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BodyError(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
