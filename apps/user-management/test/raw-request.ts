import { request } from 'node:http';
import type { Problem } from '@sa-platform/contracts';

export interface RawAnswer {
  status: number;
  type: string;
  text: string;
  problem: Partial<Problem>;
}

/** A request whose path and method go out byte by byte: `fetch` tidies paths up and refuses some methods. */
export function rawRequest(
  url: string,
  [method, path]: [method: string, path: string],
  headers: Record<string, string>,
  body?: string,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const type = incoming.headers['content-type'] ?? '';
        const problem = type.startsWith('application/problem+json') && text ? (JSON.parse(text) as Problem) : {};
        resolve({ status: incoming.statusCode ?? 0, type, text, problem });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
