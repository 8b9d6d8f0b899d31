import { readFile } from 'node:fs/promises';
import { COGNITO_ACTIONS, CUSTOM_ATTRIBUTES, GROUP_MARK } from '../src/index.js';

const RUNBOOK = await readFile(new URL('../../../../runbooks/cognito-setup.md', import.meta.url), 'utf8');

/** What a here-document of the runbook writes into this file. */
function documentOf(file: string): unknown {
  const [, text] = new RegExp(`cat > /tmp/${file} <<JSON\\n([^]*?)\\nJSON\\n`).exec(RUNBOOK) ?? [];
  return JSON.parse(String(text));
}

interface PoolDocument {
  Schema: { Name: string; Mutable: boolean; StringAttributeConstraints: { MaxLength: string } }[];
  AdminCreateUserConfig: { InviteMessageTemplate: { EmailMessage: string } };
}

describe('the runbook', () => {
  it('makes exactly the attributes that the adapter writes', () => {
    const { Schema: schema } = documentOf('pool.json') as PoolDocument;
    expect(schema.map(({ Name }) => `custom:${Name}`)).toEqual([...CUSTOM_ATTRIBUTES]);
    expect(schema.every(({ Mutable, StringAttributeConstraints }) => Mutable && StringAttributeConstraints.MaxLength === '2048')).toBe(true);
    const [, names] = /for NAME in ([a-z_ ]+); do/.exec(RUNBOOK) ?? [];
    expect(names?.split(' ').map((name) => `custom:${name}`)).toEqual([...CUSTOM_ATTRIBUTES]);
  });

  it('allows exactly the calls that the adapter makes', () => {
    const { Statement } = documentOf('policy.json') as { Statement: { Action: string[] }[] };
    expect(Statement.map(({ Action }) => Action)).toEqual([COGNITO_ACTIONS]);
  });

  it('keeps the placeholders of the invitation, and marks groups as the adapter does', () => {
    const { EmailMessage } = (documentOf('pool.json') as PoolDocument).AdminCreateUserConfig.InviteMessageTemplate;
    expect(EmailMessage).toContain('{####}');
    expect(EmailMessage).toContain('{username}');
    expect(RUNBOOK).toContain(`--description '${GROUP_MARK}'`);
  });

  it('leads only to headings that exist', () => {
    const anchors = [...RUNBOOK.matchAll(/^## (.*)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
    const links = [...RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((link) => !anchors.includes(link!))).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });
});
