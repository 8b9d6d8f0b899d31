import { DEMO_PASSWORD, DEMO_PEOPLE } from './modules/seeding/demo-data.js';
import type { Config } from './platform/config/config.js';
import type { Engine } from './platform/database/engine.js';

/** What somebody who has just started the service wants to know, with lines to copy. */
export function startupMessage(config: Config, engine: Engine, basePath: string): string {
  const address = config.http.publicUrl;
  const lines = [
    '',
    `user-management answers at ${address}/${basePath} (${engine}, ${config.redisUrl ? 'Redis' : 'events in the process'})`,
    ...(config.adminUi === null ? [] : [`Pages for administrators ${address}/`]),
    `API page ${address}/docs`,
  ];
  return `${[...lines, ...(config.demoData ? demoLines(address, basePath) : [])].join('\n')}\n\n`;
}

function demoLines(address: string, basePath: string): string[] {
  const token = `curl -s ${address}/mock-idp/dev-token -H 'content-type: application/json' -d '{"email":"clinician@example.com"}'`;
  return [
    '',
    `Sign in with the password ${DEMO_PASSWORD} as`,
    ...DEMO_PEOPLE.map(({ email, displayName, status }) => `  ${email.padEnd(28)}${displayName} (${status})`),
    `Mails that were sent: ${address}/mock-idp/mailbox`,
    '',
    'Fetch a token:',
    `  TOKEN=$(${token} | node -pe 'JSON.parse(require("fs").readFileSync(0)).access_token')`,
    'Ask for the context:',
    `  curl -s ${address}/${basePath}/users/me/context -H "authorization: Bearer $TOKEN"`,
  ];
}
