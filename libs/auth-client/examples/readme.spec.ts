import { ERRORS } from '@sa-platform/contracts';
import * as core from '@sa-platform/auth-client';
import * as express from '@sa-platform/auth-client/express';
import * as fastify from '@sa-platform/auth-client/fastify';
import * as nest from '@sa-platform/auth-client/nest';
import * as redis from '@sa-platform/auth-client/redis';
import * as testing from '@sa-platform/auth-client/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { checkVerifierOptions } from '../src/verification/verifier-options.js';
import { SIGNATURE_ALGORITHMS } from '../src/verification/signature-algorithms.js';
import { readBlocks, readRegions } from './readme-blocks.js';

const root = new URL('../', import.meta.url);
const readText = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const readme = readText('README.md');

/** The cells of a section's table rows whose first cell is code. */
function readRows(heading: string): string[][] {
  const section = new RegExp(`^## ${heading}\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(readme)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}
const firstNames = (heading: string): string[] =>
  readRows(heading).flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

describe('the code of the README', () => {
  const blocks = readBlocks(readme);
  const examples = readdirSync(new URL('examples', root)).filter((name) => name.endsWith('.ts'));
  const regions = new Map<string, string>(
    examples.flatMap((name) =>
      [...readRegions(readText(`examples/${name}`))].map(([region, code]) => [`examples/${name} ${region}`, code] as const),
    ),
  );

  it('is all of it a region of an example, which other specs run', () => {
    for (const { source, code } of blocks) expect({ source, code }).toEqual({ source, code: regions.get(source ?? '') });
  });

  it('is every region of the examples, each once', () => {
    expect(blocks.map(({ source }) => source).sort()).toEqual([...regions.keys()].sort());
  });

  it('is in TypeScript, but for the command that installs it', () => {
    const languages = [...readme.matchAll(/^```(.*)\n[^]*?^```$/gm)].map(([, language]) => language);
    expect(languages).toEqual(['sh', ...blocks.map(() => 'ts')]);
  });
});

describe('the names in the README', () => {
  const known = new Set([core, express, fastify, nest, redis, testing].flatMap((part) => Object.keys(part)));
  const prose = readme.replaceAll(/^```[^]*?^```$/gm, '');

  it('of decorators and functions are exported', () => {
    const calls = [...prose.matchAll(/(?<![.\w])@?([A-Za-z]\w+)\((?!\.)/g)].map(([, name]) => name);
    const ofOthers = ['connectMicroservice', 'cut', 'reconnect'];
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.filter((name = '') => !known.has(name) && !ofOthers.includes(name))).toEqual([]);
  });

  it('of members are members of the fakes', async () => {
    const fakes = { issuer: await testing.startTestIssuer(), users: await testing.startFakeUserManagement() };
    const named = firstNames('Testing your service').map((name) => name.split(/\W/) as ['issuer' | 'users', string]);
    await Promise.all([fakes.issuer.close(), fakes.users.close()]);
    expect(named.length).toBeGreaterThan(5);
    for (const [fake, member] of named) expect(fakes[fake]).toHaveProperty(member);
  });
});

describe('the tables of the README', () => {
  const sources = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.startsWith('testing/'))
    .map((name) => readText(`src/${name}`));

  it('name every error code that the library can answer, with its status', () => {
    const literals = sources.flatMap((source) => [...source.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, text = '']) => text));
    const codes = literals.filter((text): text is core.ErrorCode => text in ERRORS);
    const statuses = new Map(readRows('Errors').map(([code = '', status]) => [code.replaceAll('`', ''), Number(status)]));
    expect(statuses).toEqual(new Map([...statuses.keys()].map((code) => [code, ERRORS[code as core.ErrorCode][0]])));
    expect(new Set(codes)).toEqual(new Set(statuses.keys()));
  });

  it('name every variable that is read, and no other', () => {
    const read = new Set<string>();
    const settings = ['auth0', 'cognito', 'mock', undefined].map((provider) => ({ IDENTITY_PROVIDER: provider, AUTH_CLIENT_ID: 'a' }));
    for (const setting of settings) {
      const environment = new Proxy<core.Environment>(setting, {
        get: (target, name: string) => {
          read.add(name);
          return target[name];
        },
      });
      expect(() => core.readAuthClientOptions(environment)).toThrow('USER_MANAGEMENT_URL is missing');
    }
    expect(firstNames('Configuration').sort()).toEqual([...read].sort());
  });

  it('name every import, and every peer', () => {
    const manifest = JSON.parse(readText('package.json')) as { exports: object; peerDependencies: object };
    const imports = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
    expect(firstNames('Peers')).toEqual(imports.map((subpath) => subpath.replace('.', '@sa-platform/auth-client')));
    const peers = readRows('Peers').flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(peers.sort()).toEqual(Object.keys(manifest.peerDependencies).sort());
  });

  it('have the bounds of the verifier as they are', () => {
    const options = { provider: 'oidc', issuer: 'http://a', audience: 'a', jwksUri: 'http://a' } as const;
    const { maxCachedTokens, clockToleranceMs, jwksTimeoutMs } = checkVerifierOptions(options);
    expect(readme).toContain(`| verified tokens remembered | ${maxCachedTokens.toLocaleString('en')} (`);
    expect(readme).toContain(`| clocks that differ | ${clockToleranceMs / 1000} s (`);
    expect(readme).toContain(`| one fetch of the keys | ${jwksTimeoutMs / 1000} s (`);
    const algorithms = SIGNATURE_ALGORITHMS.join(', ').replace(/, (\w+)$/, ' and $1');
    expect(readme.replaceAll(/\s+/g, ' ')).toContain(`Algorithms other than ${algorithms};`);
  });
});
