import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SmtpSettings } from '../../platform/config/mail-settings.js';
import { SmtpTransport } from './smtp-transport.js';

const MAIL = { id: 'one', to: 'ada@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
const LOCAL = { host: '127.0.0.1', isSecure: false, isLocal: true, requiresTls: false, credentials: { user: 'u', pass: 'secret' } };

describe('the way to a relay', () => {
  const closing: (() => void)[] = [];
  let signIns: string[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    signIns = [];
  });

  /** A relay whose certificate is its own. */
  async function relay(options: SMTPServerOptions = {}): Promise<number> {
    const server = new SMTPServer({
      logger: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, { secure }, answer) => {
        signIns.push(`${username}:${password} ${secure ? 'over TLS' : 'in clear'}`);
        answer(null, { user: username });
      },
      onData: (stream, _session, answer) => {
        stream.resume();
        stream.once('end', () => answer());
      },
      ...options,
    });
    server.on('error', () => undefined);
    closing.push(() => server.close());
    server.listen(0, '127.0.0.1');
    return portOf(server.server);
  }
  const portOf = async (server: Server) => {
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const send = async (settings: SmtpSettings) => (await SmtpTransport.create(settings, { name: '', address: 'no-reply@example.com' })).send(MAIL);

  it('needs no TLS within this machine, whatever certificate the relay there has', async () => {
    await send({ ...LOCAL, port: await relay() });
    expect(signIns).toEqual(['u:secret in clear']);
  });

  it.each([
    ['that offers no TLS', { disabledCommands: ['STARTTLS'] }, 'ETLS'],
    ['whose certificate nobody vouches for', {}, 'ESOCKET'],
  ])('never tells a password to a relay elsewhere %s', async (_what, options, code) => {
    const elsewhere = { ...LOCAL, isLocal: false, requiresTls: true, port: await relay(options) };
    await expect(send(elsewhere)).rejects.toMatchObject({ code });
    expect(signIns).toEqual([]);
  });

  it('is given up when the relay says nothing', async () => {
    const silent = createServer((socket) => closing.push(() => socket.destroy())).listen(0, '127.0.0.1');
    closing.push(() => silent.close());
    const startedAt = performance.now();
    await expect(send({ ...LOCAL, port: await portOf(silent) })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('is given up at the deadline when the relay says a little now and then', async () => {
    const realTimeout = AbortSignal.timeout.bind(AbortSignal);
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => realTimeout(milliseconds / 20));
    const slow = createServer((socket) => {
      const drip = setInterval(() => socket.write('220-wait\r\n'), 100);
      socket.on('error', () => undefined);
      socket.on('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    closing.push(() => slow.close());
    await expect(send({ ...LOCAL, port: await portOf(slow) })).rejects.toMatchObject({ code: 'EABORT' });
    timeout.mockRestore();
  });
});
