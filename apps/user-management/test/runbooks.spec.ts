import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenLinks, printing, readRunbook, RunbookReader, type Block } from './runbook.js';
import { signIn } from './sign-in.js';
import { engine } from './test-database.js';

/** What `paste` printed, by its commands. */
const printed = new Map<string, string>();
let reader: RunbookReader;
const open = async () => {
  reader = await RunbookReader.open();
};

async function expectWhatItSays({ commands, prints }: Block): Promise<void> {
  const output = await reader.paste(commands);
  printed.set(commands, output);
  expect(output).toMatch(printing(prints));
}

const titled = (blocks: Block[]) => blocks.map((block, index) => [`${index + 1}. ${block.section}`, block] as const);

describe('the runbook of a new tenant, pasted block by block', () => {
  const { text, blocks } = readRunbook('tenant-onboarding');
  beforeAll(open);
  afterAll(() => reader.close());

  it.each(titled(blocks))('prints what it says: %s', (_, block) => expectWhatItSays(block));

  it('leaves everybody in the organisation with the role that they were to get, and nobody with more', async () => {
    const connection = await reader.database.open();
    const rows = await connection.prisma.orgMembership.findMany({ where: { organisationId: 'ohio' }, include: { user: true, role: true } });
    await connection.close();
    expect(rows.map(({ user, role }) => `${user.email} ${user.userType} ${role.key}`).sort()).toEqual([
      'ann@example.com user RCM_ANALYST',
      'bill@example.com user BILLER',
      'bill@example.com user DENIALS_DESK',
      'lea@example.com user BILLING_LEAD',
      'lea@example.com user TENANT_ADMIN',
      'mel@example.com user MEMBER_SERVICES',
      'olive@example.com user TENANT_ADMIN',
      'rob@example.com user READONLY',
    ]);
  });

  it('shows a one-time password that lets its owner in', async () => {
    const passwords = [...printed].filter(([commands]) => commands.includes('show a.temporary_password')).map(([, output]) => output.trim());
    expect(passwords).toHaveLength(2);
    expect(await signIn(reader.url, 'bill@example.com', passwords[1]!)).toEqual(expect.any(String));
  });

  it('leads only to headings and pages that exist', () => {
    expect(brokenLinks(text)).toEqual([]);
  });
});

// Its statements go to PostgreSQL.
(engine === 'postgresql' ? describe : describe.skip)('the runbook of an emergency, pasted block by block', () => {
  const { text, blocks } = readRunbook('break-glass');
  beforeAll(open);
  afterAll(() => reader.close());

  it.each(titled(blocks))('prints what it says: %s', (_, block) => expectWhatItSays(block));

  it('leads only to headings and pages that exist', () => {
    expect(brokenLinks(text)).toEqual([]);
  });
});
