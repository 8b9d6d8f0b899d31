import { z } from 'zod';
import { readSender, readSmtpUrl } from './mail-settings.js';
import { readSigningKey } from './webhook-settings.js';

const url = (...schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
    message: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, { message: `must be between ${least} and ${most}` });

const flag = z.enum(['true', 'false'], { message: 'must be true or false' }).transform((value) => value === 'true');

const PROVIDERS = ['mock', 'auth0', 'cognito'] as const;
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z][a-z0-9-]*)+$/i;
const CONNECTION = /^[A-Za-z0-9]([A-Za-z0-9-]{0,126}[A-Za-z0-9])?$/;
const POOL = /^[a-z0-9-]+_[A-Za-z0-9]+$/;

/** The environment variables this service reads (DESIGN section 12), with what each one does and its default. */
export const variables = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` refuses the mock identity provider and demo data'),
  PORT: wholeNumber(0, 65_535).default(3000).describe('Port to listen on; `0` picks a free one'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; `0.0.0.0` in a container'),
  PUBLIC_URL: url('http', 'https').optional().describe('Address that callers use; `http://HOST:PORT` when not set. Tokens of impersonation name it as their issuer'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('Least severe log line that is written'),
  DATABASE_URL: url('postgresql', 'postgres', 'mysql', 'mariadb')
    .optional()
    .describe('`postgresql://…` or `mysql://…`; not set: PGlite, a PostgreSQL inside the process'),
  DATABASE_POOL_SIZE: wholeNumber(1, 500).default(10).describe('Connections to the database per replica'),
  DATA_DIR: z.string().min(1).default('.data').describe('Folder of PGlite and of the mock signing key'),
  REDIS_URL: url('redis', 'rediss').optional().describe('Where events go; not set: they stay in the process'),
  MESSAGES_TRANSPORT: z
    .enum(['none', 'redis', 'tcp'], { message: 'must be none, redis or tcp' })
    .default('none')
    .describe('How siblings may ask by messages of Nest microservices too: `tcp`, `redis` (over `REDIS_URL`) or `none`'),
  MESSAGES_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on for messages over TCP; `0.0.0.0` in a container'),
  MESSAGES_PORT: wholeNumber(0, 65_535).default(3001).describe('Port to listen on for messages over TCP; `0` picks a free one'),
  IDENTITY_PROVIDER: z
    .enum(PROVIDERS, { message: 'must be mock, auth0 or cognito' })
    .default('mock')
    .describe('Identity provider: `mock`, `auth0` or `cognito`'),
  COGNITO_PROVIDER: z
    .enum(['mock', 'cognito'], { message: 'must be mock or cognito' })
    .optional()
    .describe('Older name of `IDENTITY_PROVIDER`'),
  AUTH0_DOMAIN: z
    .string()
    .regex(HOST, 'must be a host name such as tenant.eu.auth0.com')
    .optional()
    .describe('Auth0: the tenant’s own domain, not a custom one'),
  AUTH0_API_AUDIENCE: z.string().min(1).optional().describe('Auth0: identifier of the API that tokens are for'),
  AUTH0_MANAGEMENT_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('Auth0: the machine-to-machine application; `AUTH0_MGMT_CLIENT_ID` is accepted too'),
  AUTH0_MANAGEMENT_CLIENT_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe('Auth0: its secret; `AUTH0_MGMT_CLIENT_SECRET` is accepted too'),
  AUTH0_CONNECTION: z
    .string()
    .regex(CONNECTION, 'must be the name of a connection: letters, digits and hyphens inside')
    .default('Username-Password-Authentication')
    .describe('Auth0: name of the database connection that people are created in'),
  AUTH0_APP_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('Auth0: application in whose name people are mailed; not set: the machine-to-machine one'),
  AUTH0_REQUESTS_PER_SECOND: wholeNumber(1, 100)
    .default(2)
    .describe('Auth0: how fast the Management API is asked; below the limit of the tenant’s plan, which others share'),
  AUTH0_MANAGEMENT_API_URL: url('http', 'https').optional().describe('Auth0: another address of the Management API, for tests'),
  COGNITO_USER_POOL_ID: z
    .string()
    .regex(POOL, 'must be an id such as eu-west-1_AbCdEfGhI')
    .optional()
    .describe('Cognito: the user pool; its id begins with its region'),
  COGNITO_CLIENT_IDS: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((ids) => ids.every((id) => /^[\w+]+$/.test(id)), { message: 'must be ids of app clients with commas between' })
    .optional()
    .describe('Cognito: app clients whose tokens are accepted, with commas between'),
  COGNITO_RESOURCE_SERVER: z
    .string()
    .min(1)
    .optional()
    .describe('Cognito: identifier of the resource server, which the scopes of services begin with'),
  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region such as eu-west-1')
    .optional()
    .describe('Cognito: read by the AWS credential chain alone, the pool’s id says where the pool is'),
  COGNITO_ENDPOINT: url('http', 'https').optional().describe('Cognito: another address of its API, for tests'),
  REGISTRATION: z
    .enum(['approval', 'closed'])
    .default('approval')
    .describe('What becomes of a valid token whose subject is unknown: a pending user, or 403'),
  SMTP_URL: z
    .string()
    .refine((value) => readSmtpUrl(value) !== null, {
      message: 'must be smtp:// or smtps:// with a host, the password percent-encoded, and nothing behind the port',
    })
    .optional()
    .describe('Relay of mails to people; a password goes over TLS or stays on this machine. Not set: the mock’s mailbox; with another provider no mails are sent'),
  MAIL_FROM: z
    .string()
    .refine((value) => readSender(value) !== null, { message: 'must be an address, or Name <no-reply@example.com>' })
    .default('no-reply@localhost')
    .describe('Sender of these mails, an address or `Name <address>`; required with `SMTP_URL` in production'),
  WEBHOOK_SIGNING_KEY: z
    .string()
    .refine((value) => readSigningKey(value) !== null, { message: 'must be base64 of at least 32 bytes' })
    .optional()
    .describe('What the secrets of webhooks are derived from: base64 of at least 32 random bytes. Not set: a key that everybody knows beside the mock; with another provider no webhooks are sent'),
  WEBHOOK_ALLOW_PRIVATE: flag
    .prefault('false')
    .describe('`true`: webhooks may lead to http addresses, to this machine and to private networks'),
  BOOTSTRAP_ADMIN_EMAIL: z.email().optional().describe('This person becomes the first platform admin'),
  AUDIT_RETENTION_DAYS: wholeNumber(30, 36_500)
    .optional()
    .describe('Audit entries older than this are removed, whole months at a time; not set: they stay'),
  EVENT_RETENTION_DAYS: wholeNumber(7, 3_650)
    .default(30)
    .describe('Events older than this leave the feed, once they are published; at least 7'),
  DEMO_DATA: flag.optional().describe('Demo people, organisations and products; `true` in development'),
  SHUTDOWN_DELAY_MS: wholeNumber(0, 300_000)
    .optional()
    .describe('How long a replica that is asked to stop says so (`/health/ready` answers 503) and still takes requests, in milliseconds; not set: `5000` in production, else `0`'),
  SHUTDOWN_TIMEOUT_MS: wholeNumber(0, 3_600_000)
    .default(10_000)
    .describe('How long requests in flight are waited for after that, in milliseconds'),
  ADMIN_UI_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe('Public client (code with PKCE) by which the pages at `/` sign people in; not set: the mock’s own, else no pages'),
  AUTH_ISSUER: url('http', 'https').optional().describe('`iss` of accepted tokens; derived from the provider'),
  AUTH_AUDIENCE: z.string().min(1).optional().describe('`aud` of accepted tokens; derived from the provider'),
  AUTH_JWKS_URI: url('http', 'https').optional().describe('Where the signing keys are; derived from the provider'),
} as const;

export const environmentSchema = z.object(variables);
export type Environment = z.output<typeof environmentSchema>;
