import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { WebhookConnection } from './webhook-sender.js';

const never = new AbortController().signal;
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

describe('a connection to a receiver', () => {
  let server: Server;
  let sockets: Socket[];
  let requests: number;
  let connection: WebhookConnection;
  beforeEach(async () => {
    [sockets, requests] = [[], 0];
    server = createServer((request, response) => {
      requests += 1;
      request.resume().on('end', () => response.writeHead(204).end());
    }).on('connection', (socket: Socket) => sockets.push(socket));
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    connection = new WebhookConnection({ resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) }, true);
  });
  afterEach(async () => {
    connection.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => { server.close(() => resolve()); });
  });
  const send = (url: string, stop = never, through = connection) => through.send({ url, headers: {}, body: '{}' }, stop);
  const urlOf = (host = '127.0.0.1') => `http://${host}:${portOf(server)}/`;

  it('is kept from one event to the next', async () => {
    for (let count = 0; count < 3; count += 1) expect(await send(urlOf('receiver'))).toMatchObject({ status: 204, error: null });
    expect(sockets).toHaveLength(1);
  });

  it('that the receiver has closed meanwhile is no failure: a new one is made', async () => {
    await send(urlOf());
    server.prependOnceListener('request', ({ socket }: { socket: Socket }) => socket.resetAndDestroy());
    expect(await send(urlOf())).toMatchObject({ status: 204, error: null });
    expect([sockets.length, requests]).toEqual([2, 3]);
  });

  it('is not made to a private address unless that is allowed, whether it is named or resolved', async () => {
    const strict = new WebhookConnection({ resolve: () => Promise.resolve([{ address: '::1', family: 6 }]) }, false);
    for (const url of [urlOf(), urlOf('receiver'), `http://[::1]:${portOf(server)}/`]) {
      expect(await send(url, never, strict)).toMatchObject({ status: null, error: 'private_address' });
    }
    strict.close();
    expect(sockets).toEqual([]);
  });

  it('is given up when it is cut, which is no failure', async () => {
    server.removeAllListeners('request');
    const cut = new AbortController();
    const sending = send(urlOf(), cut.signal);
    setTimeout(() => cut.abort(), 50);
    expect(await sending).toBeNull();
  });

  it('is trusted by its certificate alone', async () => {
    expect(await send(urlOf().replace('http:', 'https:'))).toMatchObject({ error: 'tls' });
    const selfSigned = new SMTPServer({ secure: true, logger: false });
    selfSigned.on('error', () => undefined);
    await new Promise<void>((resolve) => { selfSigned.listen(0, '127.0.0.1', resolve); });
    expect(await send(`https://127.0.0.1:${portOf(selfSigned.server)}/`)).toMatchObject({ error: 'tls' });
    await new Promise<void>((resolve) => { selfSigned.close(() => resolve()); });
  });

  it('that breaks off, or speaks no HTTP, fails', async () => {
    server.prependListener('request', ({ socket }: { socket: Socket }) => socket.resetAndDestroy());
    expect(await send(urlOf())).toMatchObject({ status: null, error: 'reset' });
    server.removeAllListeners('request').on('request', ({ socket }: { socket: Socket }) => socket.end('nonsense\r\n\r\n'));
    expect(await send(urlOf())).toMatchObject({ status: null, error: 'protocol' });
  });
});
