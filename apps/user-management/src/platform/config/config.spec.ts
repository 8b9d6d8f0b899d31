import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { variables } from './config.schema.js';
import { toWebhookSettings } from './webhook-settings.js';
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
  ['AUDIT_RETENTION_DAYS', ['29', '36501', 'ever']],
  ['EVENT_RETENTION_DAYS', ['6', '3651', 'ever']],
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
  ['SMTP_URL', ['mail.example.com', 'http://mail', 'smtp://:25', 'smtp://u:s3cr3t@mail?logger=true', 'smtp://u:%zz@mail']],
  ['MAIL_FROM', ['nobody', 'a@b@example.com', 'Clinic <nobody>', 'a@example.com, b@example.com']],
  ['WEBHOOK_SIGNING_KEY', ['c2hvcnQ=', 'not base64 at all, though it is long enough to be one']],
  ['WEBHOOK_ALLOW_PRIVATE', ['yes', '1', 'TRUE']],
  ['BOOTSTRAP_ADMIN_EMAIL', ['nobody', 'a@b', 'a@@example.com', 'a b@example.com']],
  ['DEMO_DATA', ['yes', '1', 'TRUE']],
  ['MESSAGES_TRANSPORT', ['nats', 'TCP', 'true']],
  ['MESSAGES_PORT', ['65536', 'tcp']],
  ['SHUTDOWN_DELAY_MS', ['-1', '5s', '300001']],
  ['SHUTDOWN_TIMEOUT_MS', ['-1', '1.5', '3600001']],
  ['AUTH_ISSUER', ['issuer', 'file:///etc/passwd']],
  ['AUTH_JWKS_URI', ['jwks', 'file:///etc/passwd']],
];

const ownIssuer = (publicUrl: string, audience: string) => {
  const issuer = `${publicUrl}/v1/user-management`;
  return { issuer, jwksUri: `${issuer}/.well-known/jwks.json`, audience };
};

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
      problemsOf({ DATABASE_URL: 'oracle://app:s3cr3t@db/x', REDIS_URL: 'http://:s3cr3t@redis', PUBLIC_URL: 's3cr3t', SMTP_URL: 'smtp://u:s3cr3t@' }),
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
        null,
        30,
        true,
        {
          provider: 'oidc',
          issuer: 'http://127.0.0.1:3000/mock-idp',
          audience: 'https://user-management.local',
          jwksUri: 'http://127.0.0.1:3000/mock-idp/jwks',
        },
        { transport: 'mailbox' },
        ownIssuer('http://127.0.0.1:3000', 'https://user-management.local'),
        { delayMs: 0, timeoutMs: 10_000 },
        { transport: 'none' },
        toWebhookSettings({ WEBHOOK_SIGNING_KEY: undefined, WEBHOOK_ALLOW_PRIVATE: false }, 'mock'),
        { issuer: 'http://127.0.0.1:3000/mock-idp', clientId: 'admin-ui', scope: 'openid profile email offline_access', audience: null },
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
      SMTP_URL: 'smtps://app:s%40cret@mail.example.com',
      MAIL_FROM: 'Clinic <no-reply@example.com>',
      WEBHOOK_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
      WEBHOOK_ALLOW_PRIVATE: 'true',
      BOOTSTRAP_ADMIN_EMAIL: 'first@example.com',
      AUDIT_RETENTION_DAYS: '2555',
      EVENT_RETENTION_DAYS: '90',
      DEMO_DATA: 'true',
      ADMIN_UI_CLIENT_ID: 'pages',
      MESSAGES_TRANSPORT: 'tcp',
      MESSAGES_HOST: '0.0.0.0',
      MESSAGES_PORT: '4001',
      SHUTDOWN_DELAY_MS: '1500',
      SHUTDOWN_TIMEOUT_MS: '60000',
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
        2555,
        90,
        true,
        { provider: 'oidc', issuer: 'https://issuer.example.com/', audience: 'audience', jwksUri: 'https://keys.example.com' },
        {
          ...{ transport: 'smtp', from: { name: 'Clinic', address: 'no-reply@example.com' } },
          ...{ host: 'mail.example.com', port: 465, isSecure: true, isLocal: false, requiresTls: true },
          credentials: { user: 'app', pass: 's@cret' },
        },
        ownIssuer('https://users.example.com', 'audience'),
        { delayMs: 1500, timeoutMs: 60_000 },
        { transport: 'tcp', host: '0.0.0.0', port: 4001 },
        { signingKey: Buffer.alloc(32, 7), allowsPrivate: true },
        { issuer: 'https://issuer.example.com/', clientId: 'pages', scope: 'openid profile email offline_access', audience: null },
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

  it('tells load balancers of a stop for a while in production only, unless another time is given', () => {
    const production = { NODE_ENV: 'production', IDENTITY_PROVIDER: 'cognito', COGNITO_USER_POOL_ID: 'eu-west-1_a', COGNITO_CLIENT_IDS: 'id' };
    expect(loadConfig(production).shutdown).toEqual({ delayMs: 5_000, timeoutMs: 10_000 });
    expect(loadConfig({ ...production, SHUTDOWN_DELAY_MS: '0' }).shutdown.delayMs).toBe(0);
    expect(loadConfig({ NODE_ENV: 'test' }).shutdown.delayMs).toBe(0);
  });

  it('wants Redis for messages over it', () => {
    expect(problemsOf({ MESSAGES_TRANSPORT: 'redis' })).toEqual([expect.stringMatching(/^REDIS_URL: is required/)]);
    const { messages } = loadConfig({ MESSAGES_TRANSPORT: 'redis', REDIS_URL: 'redis://redis' });
    expect(messages).toEqual({ transport: 'redis', url: 'redis://redis' });
  });

  it('refuses the mock identity provider and demo data in production, by name', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^IDENTITY_PROVIDER: mock is refused/)]);
    expect(problemsOf({ NODE_ENV: 'production', IDENTITY_PROVIDER: 'mock', DEMO_DATA: 'true' })).toEqual([
      expect.stringMatching(/^IDENTITY_PROVIDER: /),
      expect.stringMatching(/^DEMO_DATA: /),
    ]);
    expect(problemsOf({ NODE_ENV: 'production', DEMO_DATA: 'false' })).toHaveLength(1);
  });

  it('asks for a sender in production, and not without a relay', () => {
    const production = { NODE_ENV: 'production', IDENTITY_PROVIDER: 'cognito', COGNITO_USER_POOL_ID: 'eu-west-1_a', COGNITO_CLIENT_IDS: 'id' };
    expect(problemsOf({ ...production, SMTP_URL: 'smtp://mail' })).toEqual([expect.stringMatching(/^MAIL_FROM: is required/)]);
    expect(problemsOf({ ...production, SMTP_URL: 'smtp://mail', MAIL_FROM: 'no-reply@example.com' })).toEqual([]);
    expect(problemsOf(production)).toEqual([]);
    expect(problemsOf({ SMTP_URL: 'smtp://mail' })).toEqual([]);
  });

  it('describes every variable, and every one that can be malformed is tested here', () => {
    const anything = [
      'HOST',
      'DATA_DIR',
      'MESSAGES_HOST',
      'ADMIN_UI_CLIENT_ID',
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
