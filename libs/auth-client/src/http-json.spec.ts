import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestJson, type JsonAnswer, type JsonRequest } from './http-json.js';
import { readBody, startLoopbackServer, type LoopbackServer } from './testing/loopback-server.js';

let server: LoopbackServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function ask(listener: (request: IncomingMessage, response: ServerResponse) => unknown, request: Partial<JsonRequest> = {}): Promise<JsonAnswer> {
  server = await startLoopbackServer((incoming, response) => void listener(incoming, response));
  return requestJson(`${server.url}/here`, { fetch, timeoutMs: 5_000, ...request });
}

describe('requestJson', () => {
  it('answers status, ETag and the parsed body', async () => {
    const answer = await ask((_request, response) => response.writeHead(404, { etag: '"1"' }).end('{"a":[1]}'));
    expect(answer).toEqual({ status: 404, etag: '"1"', body: { a: [1] } });
  });

  it('gets, and asks for JSON, when nothing else is said', async () => {
    const { body } = await ask(({ method, url, headers }, response) => {
      response.end(JSON.stringify({ method, url, accept: headers.accept }));
    });
    expect(body).toEqual({ method: 'GET', url: '/here', accept: 'application/json' });
  });

  it('sends method, headers and body', async () => {
    const request = { method: 'POST', headers: { 'content-type': 'text/plain', accept: 'text/csv' }, body: 'ä' } as const;
    const { body } = await ask(async (incoming, response) => {
      const { method, headers } = incoming;
      const text = await readBody(incoming);
      response.end(JSON.stringify({ method, type: headers['content-type'], accept: headers.accept, text }));
    }, request);
    expect(body).toEqual({ method: 'POST', type: 'text/plain', accept: 'text/csv', text: 'ä' });
  });

  it.each([[''], ['<html>'], ['{"a":']])('answers no body for %j', async (text) => {
    expect((await ask((_request, response) => response.end(text))).body).toBeUndefined();
  });

  it('answers no ETag when there is none', async () => {
    expect((await ask((_request, response) => response.end())).etag).toBeNull();
  });

  it('puts a character together that arrives in two halves', async () => {
    const [first, second] = [Buffer.from('"\xc3', 'latin1'), Buffer.from('\xa4"', 'latin1')];
    const { body } = await ask((_request, response) => {
      response.write(first);
      setTimeout(() => response.end(second), 20);
    });
    expect(body).toBe('ä');
  });

  it('sees half a character at the end as what it is', async () => {
    const { body } = await ask((_request, response) => response.end(Buffer.from('"\xc3', 'latin1')));
    expect(body).toBeUndefined();
    await server?.close();
    const whole = await ask((_request, response) => response.end(Buffer.from('"a"\xc3', 'latin1')));
    expect(whole.body).toBeUndefined();
  });

  it('gives up an answer that never begins', async () => {
    const answer = ask(() => undefined, { timeoutMs: 50 });
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('gives up an answer that trickles', async () => {
    let timer: NodeJS.Timeout | undefined;
    const answer = ask((_request, response) => {
      timer = setInterval(() => response.write(' '), 10);
    }, { timeoutMs: 100 });
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
    clearInterval(timer);
  });

  it('follows no redirect, which would take the token along', async () => {
    const paths: (string | undefined)[] = [];
    const answer = ask((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/there' }).end();
    });
    await expect(answer).rejects.toThrow();
    expect(paths).toEqual(['/here']);
  });

  it.each([
    ['1 MiB when nothing is said', {}, 1024 * 1024],
    ['what is said', { maxBytes: 10 }, 10],
  ])('reads bodies up to %s, measured in bytes', async (_name, request, limit) => {
    const text = `"${'ä'.repeat((limit - 2) / 2)}"`;
    const { body } = await ask((_request, response) => response.end(text), request);
    expect(body).toHaveLength((limit - 2) / 2);
    await server?.close();
    const longer = ask((_request, response) => response.end(`${text} `), request);
    await expect(longer).rejects.toThrow(`longer than ${limit} bytes`);
  });
});
