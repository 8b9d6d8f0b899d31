import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { IdentityProvider } from '@sa-platform/identity-provider';
import { CUSTOM_ATTRIBUTES, GROUP_MARK } from '../src/index.js';
import { person } from './pool-under-test.js';
import { providerOf } from './provider-under-test.js';

/**
 * A second opinion on shapes and names of exceptions, by an emulator that others wrote. Left out, because it has none of
 * it: paging, resets, RESEND, AdminUserGlobalSignOut (so disable, revokeSessions and setTemporaryPassword as wholes),
 * pools with aliases, blank values that delete, the exceptions for changes of an unknown account, a sign-in that a block
 * prevents, quotas and delays.
 */
describe('over cognito-local', () => {
  let child: ChildProcess;
  let folder: string;
  let client: CognitoIdentityProvider;
  let provider: IdentityProvider;
  let pool: { address: string; userPoolId: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cognito-local-'));
    const start = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
    child = spawn(process.execPath, [start], { cwd: folder, env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1' } });
    const address = await addressOf(child);
    client = new CognitoIdentityProvider({ region: 'local', endpoint: address, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
    const Schema = CUSTOM_ATTRIBUTES.map((name) => ({ Name: name.replace('custom:', ''), AttributeDataType: 'String' as const, Mutable: true }));
    const { UserPool } = await client.createUserPool({ PoolName: 'test', UsernameAttributes: ['email'], Schema });
    // Asked for a group of a pool that has none, it answers 500.
    await client.createGroup({ UserPoolId: UserPool!.Id!, GroupName: 'newsletter' });
    pool = { address, userPoolId: UserPool!.Id! };
    provider = providerOf(pool);
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  });

  const account = { userId: 'user-1', email: 'first@example.com', claims: { ...person().claims, roles: ['BILLER'], organisations: ['texas', 'ohio'] } };

  it('finds the pool well set up', async () => {
    await expect(provider.checkHealth()).resolves.toBeUndefined();
    await expect(providerOf({ ...pool, userPoolId: 'local_unknown' }).checkHealth()).rejects.toMatchObject({ failure: 'misconfigured' });
  });

  it('creates an account in its groups and finds it by subject, e-mail, mark and in the list', async () => {
    const created = await provider.createUser(person(account));
    expect(created).toMatchObject({ username: null, temporaryPassword: null });
    const found = await provider.findByExternalId(created.externalId);
    expect(found).toEqual({
      externalId: created.externalId, username: null, email: account.email, emailVerified: true, displayName: 'Ada Lovelace',
      blocked: false, userId: account.userId, claims: account.claims,
    });
    expect(await provider.findByEmail(account.email)).toEqual([found]);
    expect(await provider.findMarked(account.userId, account.email)).toEqual(found);
    expect(await provider.listUsers({ cursor: null, limit: 60 })).toEqual({ users: [found], nextCursor: null });
    const { Groups } = await client.adminListGroupsForUser({ UserPoolId: pool.userPoolId, Username: created.externalId });
    expect(Groups).toMatchObject([{ GroupName: 'BILLER', Description: GROUP_MARK }]);
    expect(await provider.listRoles()).toEqual(['BILLER', 'newsletter']);
  });

  it('refuses the e-mail a second time', async () => {
    await expect(provider.createUser(person(account))).rejects.toMatchObject({ failure: 'conflict', outcome: 'not_done' });
  });

  it('changes the profile, and the claims with the groups', async () => {
    const [found] = await provider.findByEmail(account.email);
    await provider.updateProfile(found!, { displayName: 'Countess', email: 'second@example.com', emailVerified: true });
    await provider.setClaims(found!, { ...account.claims, status: 'suspended', roles: ['READONLY'] });
    expect(await provider.findByExternalId(found!.externalId)).toMatchObject({
      displayName: 'Countess', email: 'second@example.com', emailVerified: true, claims: { status: 'suspended', roles: ['READONLY'] },
    });
    const { Groups } = await client.adminListGroupsForUser({ UserPoolId: pool.userPoolId, Username: found!.externalId });
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['READONLY']);
  });

  it('shows a block and lifts it', async () => {
    const [found] = await provider.findByEmail('second@example.com');
    await client.adminDisableUser({ UserPoolId: pool.userPoolId, Username: found!.externalId });
    expect(await provider.findByExternalId(found!.externalId)).toMatchObject({ blocked: true });
    await provider.enable(found!);
    expect(await provider.findByExternalId(found!.externalId)).toMatchObject({ blocked: false });
  });

  it('deletes an account, and finds nothing afterwards', async () => {
    const [found] = await provider.findByEmail('second@example.com');
    await provider.delete(found!);
    expect(await provider.findByExternalId(found!.externalId)).toBeNull();
    expect(await provider.findByEmail('second@example.com')).toEqual([]);
  });
});

/** It says where it listens once it does. */
function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`cognito-local ended: ${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /running on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      });
    }
  });
}
