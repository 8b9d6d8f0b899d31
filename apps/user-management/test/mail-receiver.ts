import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { freePort } from './test-app.js';

export const RELAY_USER = 'relay-user';
/** With what has to be percent-encoded in an address. */
export const RELAY_PASSWORD = 's3cr3t@relay:pass/word';

/** A mail as it came in: to whom the sender said it goes (the first of them), and what it says. */
export interface ReceivedMail {
  to: string;
  /** By name in lower case; of several the last. */
  headers: Record<string, string>;
  subject: string;
  text: string;
  html: string;
  raw: string;
}

type Refusal = { code: number; message: string };

/** A relay that takes mails of whoever knows the password, until it is told otherwise. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];
  /** Connections that were signed in. */
  signIns = 0;
  /** What is answered to this recipient instead of taking them. */
  readonly refusals = new Map<string, Refusal>();
  /** Whose next mail is taken without a word: the connection is cut. */
  readonly cuts = new Set<string>();
  /** Whose mails wait for this before they are taken. */
  readonly holds = new Map<string, Promise<unknown>>();
  /** How long it thinks about each mail, in milliseconds. */
  takesMs = 0;
  /** To whom a mail came in, whether it was taken or not. */
  readonly begun: string[] = [];
  private server: SMTPServer | null = null;

  private constructor(readonly port: number) {}

  /** @param isUp whether it listens already */
  static async create(isUp = true): Promise<MailReceiver> {
    const receiver = new MailReceiver(await freePort());
    if (isUp) await receiver.start();
    return receiver;
  }

  /** What the service is started with. */
  get environment(): Record<string, string> {
    const credentials = `${RELAY_USER}:${encodeURIComponent(RELAY_PASSWORD)}`;
    return { SMTP_URL: `smtp://${credentials}@127.0.0.1:${this.port}`, MAIL_FROM: 'Clinic <no-reply@clinic.example>' };
  }

  to(address: string): ReceivedMail[] {
    return this.mails.filter((mail) => mail.to === address);
  }

  async start(): Promise<void> {
    this.server = new SMTPServer({
      logger: false,
      authMethods: ['PLAIN', 'LOGIN'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, answer) => {
        const isKnown = username === RELAY_USER && password === RELAY_PASSWORD;
        if (isKnown) this.signIns += 1;
        answer(isKnown ? null : new Error('535 who?'), isKnown ? { user: username } : undefined);
      },
      onRcptTo: ({ address }, _session, answer) => {
        const refusal = this.refusals.get(address);
        answer(refusal ? Object.assign(new Error(refusal.message), { responseCode: refusal.code }) : null);
      },
      onData: (stream, session, answer) => {
        const [to = ''] = session.envelope.rcptTo.map(({ address }) => address);
        const isCut = this.take(stream, to).catch(() => true);
        void isCut.then((is) => (is ? this.drop(session.id) : answer()));
      },
    });
    this.server.on('error', () => undefined);
    const listening = once(this.server.server, 'listening');
    this.server.listen(this.port, '127.0.0.1');
    await listening;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    this.drop(undefined, server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** @returns whether the connection is to be cut */
  private async take(stream: Readable, to: string): Promise<boolean> {
    const mail = parseMail(await readText(stream), to);
    this.begun.push(to);
    await sleep(this.takesMs);
    await this.holds.get(to);
    this.mails.push(mail);
    return this.cuts.delete(to);
  }

  /** @param id of one session; every one when left out */
  private drop(id?: string, server = this.server): void {
    for (const connection of server?.connections ?? []) if (id === undefined || connection.id === id) connection._socket.destroy();
  }
}

function parseMail(raw: string, to: string): ReceivedMail {
  const { headers, body } = splitPart(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => splitPart(part.replace(/^\r\n/, '')));
  const partOf = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.startsWith(type));
    return part ? decodeBody(part.body, part.headers['content-transfer-encoding'] ?? '7bit').replaceAll('\r\n', '\n') : '';
  };
  return { to, headers, subject: headers.subject ?? '', text: partOf('text/plain'), html: partOf('text/html'), raw };
}

function splitPart(part: string): { headers: Record<string, string>; body: string } {
  const [head = '', ...rest] = part.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]));
  return { headers, body: rest.join('\r\n\r\n').replace(/\r\n$/, '') };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
