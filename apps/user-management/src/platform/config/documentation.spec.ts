import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { variables } from './config.schema.js';

const root = new URL('../../../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const example = readFileSync(new URL('.env.example', root), 'utf8');

const defaultOf = (name: keyof typeof variables): string => {
  const value = variables[name].safeParse(undefined).data;
  return value === undefined ? 'not set' : `\`${String(value)}\``;
};

describe('the documented settings', () => {
  it('are the rows of the README, with default and purpose as the schema has them', () => {
    const names = Object.keys(variables) as (keyof typeof variables)[];
    const expected = names.map((name) => `| \`${name}\` | ${defaultOf(name)} | ${variables[name].description ?? ''} |`);
    const settings = readme.slice(readme.indexOf('## Settings'), readme.indexOf('## What it promises'));
    expect(settings.split('\n').filter((line) => line.startsWith('| `'))).toEqual(expected);
  });

  it('stand in .env.example, each once and nothing else', () => {
    const named = [...example.matchAll(/^# ([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(Object.keys(variables).sort());
  });

  it('have a purpose each', () => {
    for (const schema of Object.values(variables)) expect(schema.description).toBeTruthy();
  });
});
