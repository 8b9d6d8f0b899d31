import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** Between two pieces of an upload, and for the whole of it. */
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_UPLOAD_MS = 15 * 60_000;
/** What a refused client may still send, so that it gets to read why. */
const LONGEST_REST_MS = 5_000;

/** Sockets of uploads that watch their pace themselves. */
const uploads = new WeakSet<Socket>();

/** Hands CSV over as the stream it comes as, on the one route that reads it so; elsewhere it is refused. */
export function streamCsvBodies(fastify: FastifyInstance, route: string): void {
  fastify.addContentTypeParser('text/csv', (request, payload, done) => {
    const isPlain = /^text\/csv\s*(;\s*(charset="?utf-8"?|header=present)\s*)*$/i.test(request.headers['content-type'] ?? '');
    const isPacked = (request.headers['content-encoding'] ?? 'identity') !== 'identity';
    const isTaken = request.routeOptions.url === route && isPlain && !isPacked;
    done(isTaken ? null : new AppError('request.unsupported_media_type'), payload);
  });
  allowWatchedUploads(fastify.server);
}

/**
 * Node ends every request that takes longer than `requestTimeout`, and knows no exception for a route. It asks the
 * listeners of `clientError` first, once for each request: an upload that watches its own pace is passed over here, all
 * others meet Fastify's answer as before.
 */
function allowWatchedUploads(server: Server): void {
  const listeners = server.listeners('clientError') as ((error: Error, socket: Socket) => void)[];
  server.removeAllListeners('clientError');
  server.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && uploads.has(socket)) return;
    for (const listener of listeners) listener(error, socket);
  });
}

/**
 * The pieces of an upload as they come. A client may take minutes in all but never pauses for long; time that we take
 * ourselves doesn't count, and nothing is read ahead meanwhile. To be called by a handler, so after the caller is known:
 * nobody else gets more than `requestTimeout`.
 *
 * @param mostBytes the longest body
 * @throws AppError `request.too_large` or `request.too_slow`
 */
export async function* readUpload(request: FastifyRequest, mostBytes: number): AsyncGenerator<Buffer> {
  const body = request.body as Readable;
  const { socket } = request.raw;
  let bytes = Number(request.headers['content-length'] ?? 0);
  if (bytes > mostBytes) throw new AppError('request.too_large');
  const deadline = performance.now() + LONGEST_UPLOAD_MS;
  uploads.add(socket);
  try {
    // The socket has to outlive the iteration: a refusal is still to be answered.
    const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    bytes = 0;
    for (let piece = await within(pieces.next()); !piece.done; piece = await within(pieces.next())) {
      bytes += piece.value.length;
      if (bytes > mostBytes) throw new AppError('request.too_large');
      if (performance.now() > deadline) throw new AppError('request.too_slow');
      yield piece.value;
    }
  } catch (error) {
    // The client is gone; nobody reads the answer.
    throw error instanceof Error && 'code' in error && error.code === 'ECONNRESET' ? new AppError('request.malformed') : error;
  } finally {
    uploads.delete(socket);
    if (!body.readableEnded) passOver(body, socket);
  }
}

async function within<Piece>(next: Promise<Piece>): Promise<Piece> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // A busy process runs its timers before it reads: what has come by then still counts.
    timer = setTimeout(() => setImmediate(() => reject(new AppError('request.too_slow'))), LONGEST_PAUSE_MS);
  });
  return Promise.race([next, late]).finally(() => clearTimeout(timer));
}

/** Closing at once would throw away the answer that the client has not read yet. */
function passOver(body: Readable, socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LONGEST_REST_MS);
  timer.unref();
  body.once('close', () => clearTimeout(timer));
  body.once('end', () => clearTimeout(timer));
  body.on('error', () => undefined);
  body.resume();
}
