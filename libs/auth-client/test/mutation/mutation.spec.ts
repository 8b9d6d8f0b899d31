import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Module {
  makeMutants(file: string, source: string): { change: string; text: string }[];
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const { makeMutants } = (await import(here('mutants.mjs'))) as Module;

/** Node itself, as `npm run test:mutation` does. */
const check = (...args: string[]): { status: number | null; lines: string[]; complaint: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here('main.mjs'), ...args], { encoding: 'utf8' });
  return { status, lines: stdout.split('\n'), complaint: stderr };
};
const fare = here('planted/fare.ts');
const place = 'libs/auth-client/test/mutation/planted/fare.ts';

describe('a program with one line that no test knows', () => {
  test('that line is found, and no other', () => {
    const { status, lines } = check('--only', fare);
    expect(lines.filter((line) => line.includes(' -- '))).toEqual([`${place}:5:3 fareOf: remove if (hasDog) cents += 100 -- survived`]);
    expect(status).toBe(1);
  }, 120_000);

  test('one change can be named, and the spec that is to catch it', () => {
    const named = check('--mutant', `${fare}:<= instead`, '--spec', 'fare.spec.ts', '--verbose');
    expect(named.lines).toContainEqual(expect.stringContaining('-- caught (at 6 years a ride costs 250 cents;'));
    expect(named.status).toBe(0);
    expect(check('--mutant', `${fare}:remove if (hasDog)`, '--spec', 'fare.spec.ts').status).toBe(1);
  }, 120_000);

  test.each([
    ['a change that is not there', 'No change is called so', ['--mutant', `${fare}:remove what is not there`]],
    ['a name that two changes have', 'More than one change is called so', ['--mutant', `${fare}:remove`]],
    ['a line where nothing stands', 'Nothing is to be changed there', ['--only', fare, '--lines', '1']],
    ['a file that is not there', 'No file', ['--only', 'nothing-of-that-name.ts']],
    ['a spec that is not there', 'No spec', ['--only', fare, '--spec', 'nothing-of-that-name.spec.ts']],
    ['a spec that never loads the file', 'No spec reaches', ['--only', fare, '--spec', 'mutation.spec.ts']],
  ])('%s is refused, not passed', (_what, complaint, args) => {
    const refused = check(...args);
    expect(refused.complaint).toContain(complaint);
    expect(refused.status).toBe(2);
  }, 60_000);
});

describe('changes', () => {
  const changes = (source: string): string[] => makeMutants('a.ts', source).map(({ change }) => change);
  const texts = (source: string): string[] => makeMutants('a.ts', source).map(({ text }) => text);

  test.each([
    ['f(); g();', ['; g();', 'f(); ;']],
    ['function f() { return g(); }', ['function f() { ; }']],
    ['await f();', [';', 'f();']],
    ['try { f(); } catch { g(); }', [';', 'try { ; } catch { g(); }', 'try { f(); } catch (rethrown) { throw rethrown; }', 'try { f(); } catch { ; }']],
    ['if (a) b(); else c();', [';', 'if (true) b(); else c();', 'if (false) b(); else c();', 'if (a) ; else c();', 'if (a) b(); else ;']],
    ['while (a) b();', [';', 'while (true) b();', 'while (false) b();', 'while (a) ;']],
    ['f({ a, ...b });', [';', 'f({  ...b });', 'f({ a,  });']],
    ['f([1, 2]);', [';', 'f([ 2]);', 'f([1, ]);']],
    ['class A { a = 1; }', ['class A { a; }']],
    ['f(a ?? b);', [';', 'f(a);', 'f(b);']],
    ['f(a ? b : c);', [';', 'f(true ? b : c);', 'f(false ? b : c);']],
    ['f(a >= b);', [';', 'f(true);', 'f(false);', 'f(a > b);']],
    ['a ??= b;', [';', 'a = b;']],
    ['f(a.filter(Boolean));', [';', 'f(a);']],
    ['function f(a = 1): boolean { return a; }', ['function f(a): boolean { return a; }', 'function f(a = 1): boolean { ; }', 'function f(a = 1): boolean { return true; }']],
  ])('%s', (source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  test('an if that does nothing else goes with its body; one whose condition has an effect is looked at apart', () => {
    expect(texts('if (a) b();')).toEqual([';', 'if (true) b();']);
    expect(texts('if (a()) b();')).toEqual([';', 'if (true) b();', 'if (a()) ;']);
  });

  test('imports, types and declared functions stay', () => {
    expect(changes("import a from 'a'; type B = string; interface C { d: 1 } export function e() {}")).toEqual([]);
  });

  test('the second change of the same words is called so', () => {
    expect(changes('f(); f();')).toEqual(['remove f()', 'remove f() (2)']);
  });
});
