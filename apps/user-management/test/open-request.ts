import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request that goes out piece by piece over a connection of its own, and whose answer is read as bytes. */
export class OpenRequest {
  text = '';
  readonly closed: Promise<string>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.text)));
  }

  static async open(url: string): Promise<OpenRequest> {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new OpenRequest(socket);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** The beginning of a request with a JSON body, of which `sent` characters come along. */
  begin([method, path]: [method: string, path: string], token: string, body: string, sent: number): void {
    const headers = ['host: test', `authorization: Bearer ${token}`, 'content-type: application/json', `content-length: ${body.length}`];
    this.write(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body.slice(0, sent)}`);
  }

  close(): void {
    this.socket.destroy();
  }
}
