import { z } from 'zod';

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

/** The environment variables this service reads (DESIGN section 12), with what each one does and its default. */
export const variables = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` refuses the mock identity provider and demo data'),
  PORT: wholeNumber(0, 65_535).default(3000).describe('Port to listen on; `0` picks a free one'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; `0.0.0.0` in a container'),
  PUBLIC_URL: url('http', 'https').optional().describe('Address that callers use; `http://HOST:PORT` when not set'),
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
  IDENTITY_PROVIDER: z
    .enum(['mock'], { message: 'must be mock: it is the only adapter so far' })
    .default('mock')
    .describe('Identity provider: `mock`'),
  COGNITO_PROVIDER: z
    .enum(['mock'], { message: 'must be mock: it is the only adapter so far' })
    .optional()
    .describe('Older name of `IDENTITY_PROVIDER`'),
  REGISTRATION: z
    .enum(['approval', 'closed'])
    .default('approval')
    .describe('What becomes of a valid token whose subject is unknown: a pending user, or 403'),
  BOOTSTRAP_ADMIN_EMAIL: z.email().optional().describe('This person becomes the first platform admin'),
  DEMO_DATA: flag.optional().describe('Demo people, organisations and products; `true` in development'),
  AUTH_ISSUER: url('http', 'https').optional().describe('`iss` of accepted tokens; derived from the provider'),
  AUTH_AUDIENCE: z.string().min(1).optional().describe('`aud` of accepted tokens; derived from the provider'),
  AUTH_JWKS_URI: url('http', 'https').optional().describe('Where the signing keys are; derived from the provider'),
} as const;

export const environmentSchema = z.object(variables);
export type Environment = z.output<typeof environmentSchema>;
