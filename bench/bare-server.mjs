// What Node alone can do: answers the bytes that it was given, looking at nothing but the path. A child of bench/http.mjs.
import { createServer } from 'node:http';

/** @type {Map<string, { headers: Record<string, string>, body: Buffer }>} */
let answers = new Map();

const server = createServer((request, response) => {
  const answer = answers.get(request.url ?? '');
  if (!answer) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, answer.headers);
  response.end(answer.body);
});

process.on('message', (given) => {
  const { paths } = /** @type {{ paths: { path: string, headers: Record<string, string>, body: string }[] }} */ (given);
  answers = new Map(paths.map(({ path, headers, body }) => [path, { headers, body: Buffer.from(body) }]));
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    process.send?.({ port });
  });
});
process.on('disconnect', () => process.exit(0));
