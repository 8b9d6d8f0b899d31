import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { variables } from './config.schema.js';
import { Config, ConfigError, loadConfig } from './config.js';

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** For each variable something it must not be. Strings that may be anything are in the last test. */
const MALFORMED: [string, string[]][] = [
  ['NODE_ENV', ['prod', 'PRODUCTION', ' test']],
  ['PORT', ['http', '-1', '65536', '80.5', '1e3', '0x50', ' 80', '99999999999999999999']],
  ['PUBLIC_URL', ['example.com', 'ftp://example.com', 'http//x', 'javascript:alert(1)']],
  ['LOG_LEVEL', ['verbose', 'INFO']],
  ['DATABASE_URL', ['localhost', 'sqlite://file', 'http://db', 'dbserver', 'postgresql://h:notaport/x']],
  ['DATABASE_POOL_SIZE', ['0', '501', 'ten', '-3']],
  ['REDIS_URL', ['localhost:6379', 'http://redis', 'redis://h:notaport']],
  ['IDENTITY_PROVIDER', ['okta', 'Mock']],
  ['COGNITO_PROVIDER', ['okta']],
  ['AUTH0_DOMAIN', ['https://clinic.auth0.com', 'clinic', 'clinic.auth0.com/']],
  ['AUTH0_CONNECTION', ['con_1', 'my database', '-x']],
  ['AUTH0_MANAGEMENT_API_URL', ['clinic.auth0.com', 'ftp://clinic.auth0.com']],
  ['AUTH0_REQUESTS_PER_SECOND', ['0', '101', 'fast']],
  ['COGNITO_USER_POOL_ID', ['pool', 'us-east-9', 'us-east-9_a/b']],
  ['COGNITO_CLIENT_IDS', ['a b', 'id,', '*']],
  ['AWS_REGION', ['eu west 1', 'EU_WEST']],
  ['COGNITO_ENDPOINT', ['localhost:9229', 'ftp://cognito']],
  ['REGISTRATION', ['open', 'Closed']],
  ['BOOTSTRAP_ADMIN_EMAIL', ['nobody', 'a@b', 'a@@example.com', 'a b@example.com']],
  ['DEMO_DATA', ['yes', '1', 'TRUE']],
  ['AUTH_ISSUER', ['issuer', 'file:///etc/passwd']],
  ['AUTH_JWKS_URI', ['jwks', 'file:///etc/passwd']],
];

describe('the configuration', () => {
  it.each(MALFORMED.flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    'names %s when it is "%s", and does not repeat the value',
    (name, value) => {
      const problems = problemsOf({ [name]: value });
      expect(problems).toHaveLength(1);
      const [variable, reason] = problems[0]!.split(/: (.*)/s);
      expect(variable).toBe(name);
      expect(reason).not.toBe('');
      if (value.length > 4) expect(reason).not.toContain(value);
    },
  );

  it('lists everything that is wrong at once, also what is wrong between variables', () => {
    const env = { PORT: 'x', DATABASE_URL: 'x', DEMO_DATA: 'true', NODE_ENV: 'production', LOG_LEVEL: 'loud' };
    expect(problemsOf(env).map((problem) => problem.split(':')[0]).sort()).toEqual([
      'DATABASE_URL',
      'DEMO_DATA',
      'IDENTITY_PROVIDER',
      'LOG_LEVEL',
      'PORT',
    ]);
  });

  it('never shows the secret in an address that is wrong', () => {
    const message = new ConfigError(
      problemsOf({ DATABASE_URL: 'oracle://app:s3cr3t@db/x', REDIS_URL: 'http://:s3cr3t@redis', PUBLIC_URL: 's3cr3t' }),
    ).message;
    expect(message).toContain('DATABASE_URL');
    expect(message).toContain('REDIS_URL');
    expect(message).not.toContain('s3cr3t');
  });

  it('has a default for every variable, so that an empty environment is a development machine', () => {
    expect(loadConfig({})).toEqual(
      new Config(
        false,
        { port: 3000, host: '127.0.0.1', publicUrl: 'http://127.0.0.1:3000' },
        'info',
        { url: null, dataDir: resolve('.data'), poolSize: 10 },
        null,
        { provider: 'mock' },
        'approval',
        null,
        true,
        {
          provider: 'oidc',
          issuer: 'http://127.0.0.1:3000/mock-idp',
          audience: 'https://user-management.local',
          jwksUri: 'http://127.0.0.1:3000/mock-idp/jwks',
        },
      ),
    );
  });

  it('counts an empty variable as not set', () => {
    const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  it('takes every variable that is given', () => {
    const config = loadConfig({
      NODE_ENV: 'test',
      PORT: '8080',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://users.example.com//',
      LOG_LEVEL: 'warn',
      DATABASE_URL: 'mysql://app:secret@db:3306/users',
      DATABASE_POOL_SIZE: '500',
      DATA_DIR: 'elsewhere',
      REDIS_URL: 'rediss://redis:6380',
      IDENTITY_PROVIDER: 'mock',
      COGNITO_PROVIDER: 'mock',
      REGISTRATION: 'closed',
      BOOTSTRAP_ADMIN_EMAIL: 'first@example.com',
      DEMO_DATA: 'true',
      AUTH_ISSUER: 'https://issuer.example.com/',
      AUTH_AUDIENCE: 'audience',
      AUTH_JWKS_URI: 'https://keys.example.com',
    });
    expect(config).toEqual(
      new Config(
        false,
        { port: 8080, host: '0.0.0.0', publicUrl: 'https://users.example.com' },
        'warn',
        { url: 'mysql://app:secret@db:3306/users', dataDir: resolve('elsewhere'), poolSize: 500 },
        'rediss://redis:6380',
        { provider: 'mock' },
        'closed',
        'first@example.com',
        true,
        { provider: 'oidc', issuer: 'https://issuer.example.com/', audience: 'audience', jwksUri: 'https://keys.example.com' },
      ),
    );
  });

  it.each([
    [{ HOST: '0.0.0.0', PORT: '4000' }, 'http://127.0.0.1:4000'],
    [{ HOST: '::' }, 'http://127.0.0.1:3000'],
    [{ HOST: '::1' }, 'http://[::1]:3000'],
    [{ HOST: 'users.internal' }, 'http://users.internal:3000'],
    [{ PUBLIC_URL: 'https://users.example.com/base/' }, 'https://users.example.com/base'],
    [{ PORT: '0', PUBLIC_URL: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9'],
  ])('derives the address and the issuer that callers use from %j', (env, publicUrl) => {
    const { http, auth } = loadConfig(env);
    expect(http.publicUrl).toBe(publicUrl);
    expect(URL.canParse(http.publicUrl)).toBe(true);
    expect(auth.issuer).toBe(`${publicUrl}/mock-idp`);
    expect(auth.jwksUri).toBe(`${publicUrl}/mock-idp/jwks`);
  });

  it('asks for the address when the port is not known beforehand', () => {
    expect(problemsOf({ PORT: '0' })).toEqual([expect.stringMatching(/^PUBLIC_URL: is required with PORT=0/)]);
    expect(problemsOf({ PORT: '00' })).toHaveLength(1);
  });

  it('has demo data in development only, unless it is asked for', () => {
    expect(loadConfig({ NODE_ENV: 'development' }).demoData).toBe(true);
    expect(loadConfig({ NODE_ENV: 'development', DEMO_DATA: 'false' }).demoData).toBe(false);
    expect(loadConfig({ NODE_ENV: 'test' }).demoData).toBe(false);
    expect(loadConfig({ NODE_ENV: 'test', DEMO_DATA: 'true' }).demoData).toBe(true);
  });

  it('refuses the mock identity provider and demo data in production, by name', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^IDENTITY_PROVIDER: mock is refused/)]);
    expect(problemsOf({ NODE_ENV: 'production', IDENTITY_PROVIDER: 'mock', DEMO_DATA: 'true' })).toEqual([
      expect.stringMatching(/^IDENTITY_PROVIDER: /),
      expect.stringMatching(/^DEMO_DATA: /),
    ]);
    expect(problemsOf({ NODE_ENV: 'production', DEMO_DATA: 'false' })).toHaveLength(1);
  });

  it('describes every variable, and every one that can be malformed is tested here', () => {
    const anything = [
      'HOST',
      'DATA_DIR',
      'AUTH_AUDIENCE',
      'AUTH0_API_AUDIENCE',
      'AUTH0_MANAGEMENT_CLIENT_ID',
      'AUTH0_MANAGEMENT_CLIENT_SECRET',
      'AUTH0_APP_CLIENT_ID',
      'COGNITO_RESOURCE_SERVER',
    ];
    expect([...MALFORMED.map(([name]) => name), ...anything].sort()).toEqual(Object.keys(variables).sort());
    for (const variable of Object.values(variables)) expect(variable.description).toMatch(/\S/);
  });
});
