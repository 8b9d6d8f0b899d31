import { createHash, createPrivateKey, randomBytes, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestApp } from './test-app.js';

export type Json = Record<string, unknown>;

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
export const decode = (part: string | undefined): Json => JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Json;

/** The key with which the mock issuer of this app signs its tokens. */
export function issuerKey(app: TestApp): { key: KeyObject; kid: string } {
  const file = readFileSync(join(app.database.dataDir, 'mock-idp-keys.json'), 'utf8');
  const { keys } = JSON.parse(file) as { keys: (JsonWebKey & { kid: string })[] };
  return { key: createPrivateKey({ key: keys[0]!, format: 'jwk' }), kid: keys[0]!.kid };
}

export function signRs256(header: Json, claims: Json, key: KeyObject): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

const CLIENT = 'admin-ui';
const REDIRECT_URI = 'http://127.0.0.1:4200/callback';

/** What a person's browser and the admin UI do: authorization code with PKCE, over HTTP. */
export async function signIn(app: TestApp, email: string, password: string): Promise<{ access_token: string; id_token: string }> {
  const cookies = new Map<string, string>();
  const send = async (url: string, form?: Json): Promise<string | null> => {
    const response = await fetch(new URL(url, app.url), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form as Record<string, string>) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name ?? '', value ?? '');
    }
    return response.headers.get('location');
  };
  const verifier = randomBytes(32).toString('base64url');
  const question = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: REDIRECT_URI,
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await send(`/mock-idp/authorize?${question.toString()}`);
  let location = await send(page ?? '', { email, password });
  for (let hops = 0; hops < 5 && location !== null && !location.startsWith(REDIRECT_URI); hops++) location = await send(location);
  const code = new URL(location ?? app.url).searchParams.get('code') ?? '';
  const { body } = await app.request('POST', '/mock-idp/token', {
    raw: new URLSearchParams({ grant_type: 'authorization_code', client_id: CLIENT, code, redirect_uri: REDIRECT_URI, code_verifier: verifier }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return body as { access_token: string; id_token: string };
}
