/** What this service needs to know, read from the environment. */
export interface Config {
  port: number;
  issuer: string;
  audience: string;
  jwksUri: string;
  userManagementUrl: string;
}

/**
 * @throws Error naming each variable that is malformed: the service must not start half-configured
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const read = (name: string, fallback: string, isValid: (value: string) => boolean, form: string): string => {
    const value = environment[name] ?? fallback;
    if (!isValid(value)) problems.push(`${name} must be ${form}`);
    return value;
  };
  const readUrl = (name: string, fallback: string): string => read(name, fallback, isHttpUrl, 'an http or https URL');

  const issuer = readUrl('AUTH_ISSUER', 'http://127.0.0.1:3000/mock-idp');
  const config = {
    port: Number(read('PORT', '3001', isPort, 'a port from 0 to 65535')),
    issuer,
    audience: read('AUTH_AUDIENCE', 'https://user-management.local', (value) => /^\S+$/.test(value), 'one word'),
    jwksUri: readUrl('AUTH_JWKS_URI', `${issuer.replace(/\/$/, '')}/jwks`),
    userManagementUrl: readUrl('USER_MANAGEMENT_URL', 'http://127.0.0.1:3000'),
  };
  if (problems.length > 0) throw new Error(problems.join('; '));
  return config;
}

const isHttpUrl = (value: string): boolean => /^https?:\/\/\S+$/.test(value) && URL.canParse(value);
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
