import { resolve } from 'node:path';
import { toAdminUiSettings, type AdminUiSettings } from './admin-ui-settings.js';
import { environmentSchema, variables, type Environment } from './config.schema.js';
import {
  missingSettings,
  providerOf,
  toIdentitySettings,
  toImpersonationSettings,
  toVerifierSettings,
  withOlderNames,
  type IdentitySettings,
  type ImpersonationSettings,
  type VerifierSettings,
} from './identity-settings.js';
import { missingSender, toMailSettings, type MailSettings } from './mail-settings.js';
import { missingRedis, toMessageSettings, type MessageSettings } from './message-settings.js';
import { toWebhookSettings, type WebhookSettings } from './webhook-settings.js';

/** The service's settings, checked before anything else exists. */
export class Config {
  constructor(
    readonly production: boolean,
    readonly http: { port: number; host: string; publicUrl: string },
    readonly logLevel: Environment['LOG_LEVEL'],
    readonly database: { url: string | null; dataDir: string; poolSize: number },
    readonly redisUrl: string | null,
    readonly identity: IdentitySettings,
    readonly registration: Environment['REGISTRATION'],
    readonly bootstrapAdminEmail: string | null,
    readonly auditRetentionDays: number | null,
    readonly eventRetentionDays: number,
    readonly demoData: boolean,
    readonly auth: VerifierSettings,
    readonly mail: MailSettings,
    readonly impersonation: ImpersonationSettings,
    readonly shutdown: { delayMs: number; timeoutMs: number },
    readonly messages: MessageSettings,
    readonly webhooks: WebhookSettings,
    readonly adminUi: AdminUiSettings,
  ) {}
}

/** Lists every variable that is wrong, so that one start shows all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Reads the settings from environment variables; an empty variable counts as not set.
 *
 * @throws ConfigError that names every variable that is missing or malformed, and never shows a value
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const named = withOlderNames(env);
  const given = Object.fromEntries(
    Object.keys(variables).flatMap((name) => (named[name] ? [[name, named[name]]] : [])),
  );
  const parsed = environmentSchema.safeParse(given);
  const malformed = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const problems = [...malformed, ...problemsBetween(given)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}

/** Reads what was given, so that these are told together with what is malformed. */
function problemsBetween(given: Record<string, string | undefined>): string[] {
  const problems = [...missingSettings(given), ...missingSender(given), ...missingRedis(given)];
  const isMock = providerOf(given) === 'mock';
  if (given.NODE_ENV === 'production' && isMock) {
    problems.push('IDENTITY_PROVIDER: mock is refused with NODE_ENV=production, it signs anybody in');
  }
  if (given.DEMO_DATA === 'true' && given.NODE_ENV === 'production') {
    problems.push('DEMO_DATA: is refused with NODE_ENV=production');
  } else if (given.DEMO_DATA === 'true' && !isMock) {
    problems.push('DEMO_DATA: needs IDENTITY_PROVIDER=mock, the demo people sign in there');
  }
  if (Number(given.PORT) === 0 && !given.PUBLIC_URL) {
    problems.push('PUBLIC_URL: is required with PORT=0, the issuer of tokens is derived from it');
  }
  return problems;
}

function toConfig(env: Environment): Config {
  const publicUrl = (env.PUBLIC_URL ?? `http://${reachable(env.HOST)}:${env.PORT}`).replace(/\/+$/, '');
  const identity = toIdentitySettings(env);
  const auth = toVerifierSettings(env, identity, publicUrl);
  return new Config(
    env.NODE_ENV === 'production',
    { port: env.PORT, host: env.HOST, publicUrl },
    env.LOG_LEVEL,
    { url: env.DATABASE_URL ?? null, dataDir: resolve(env.DATA_DIR), poolSize: env.DATABASE_POOL_SIZE },
    env.REDIS_URL ?? null,
    identity,
    env.REGISTRATION,
    env.BOOTSTRAP_ADMIN_EMAIL ?? null,
    env.AUDIT_RETENTION_DAYS ?? null,
    env.EVENT_RETENTION_DAYS,
    env.DEMO_DATA ?? (env.NODE_ENV === 'development' && identity.provider === 'mock'),
    auth,
    toMailSettings(env, identity.provider),
    toImpersonationSettings(auth, publicUrl),
    toShutdownSettings(env),
    toMessageSettings(env),
    toWebhookSettings(env, identity.provider),
    toAdminUiSettings(env, identity.provider, auth),
  );
}

/** Load balancers ask for the readiness every few seconds; on a machine of one's own nobody asks. */
const PRODUCTION_DELAY_MS = 5_000;

function toShutdownSettings(env: Environment): Config['shutdown'] {
  const delayMs = env.SHUTDOWN_DELAY_MS ?? (env.NODE_ENV === 'production' ? PRODUCTION_DELAY_MS : 0);
  return { delayMs, timeoutMs: env.SHUTDOWN_TIMEOUT_MS };
}

/** The host as a URL has it; an address that stands for every interface is nobody's to call. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
