import { ConfigurationError } from './auth-error.js';
import { VariableReader } from './variable-reader.js';

/** What a reader says about one variable: its value, or what is wrong with it. */
function read(value: string | undefined, how: (reader: VariableReader) => unknown): unknown {
  const reader = new VariableReader({ NAME: value });
  const answer = how(reader);
  try {
    reader.finish();
  } catch (error) {
    return (error as Error).message;
  }
  return answer;
}

describe('a variable', () => {
  it.each([[undefined], ['']])('that is %j is not set', (value) => {
    expect(read(value, (reader) => reader.find('NAME'))).toBeNull();
    expect(read(value, (reader) => reader.oneOf('NAME', ['a']))).toBeNull();
    expect(read(value, (reader) => reader.word('NAME', 'derived'))).toBe('derived');
    expect(read(value, (reader) => reader.url('NAME', 'derived'))).toBe('derived');
    expect(read(value, (reader) => reader.baseUrl('NAME', 'derived'))).toBe('derived');
    for (const method of ['word', 'words', 'url', 'baseUrl'] as const) {
      expect(read(value, (reader) => reader[method]('NAME'))).toBe('NAME is missing');
    }
    expect(read(value, (reader) => reader.matching('NAME', /./, 'it'))).toBe('NAME is missing');
  });

  it('goes before what is derived', () => {
    expect(read('own', (reader) => reader.word('NAME', 'derived'))).toBe('own');
    expect(read('http://own', (reader) => reader.url('NAME', 'derived'))).toBe('http://own');
    expect(read('http://own', (reader) => reader.baseUrl('NAME', 'derived'))).toBe('http://own');
  });

  it.each([[' '], ['a b'], ['a\n'], ['\ta']])('of one word is not %j', (value) => {
    expect(read(value, (reader) => reader.word('NAME'))).toBe('NAME must not contain white space');
  });

  it.each([['a', ['a']], ['a,b', ['a', 'b']]])('of words may be %j', (value, words) => {
    expect(read(value, (reader) => reader.words('NAME'))).toEqual(words);
  });

  it.each([[','], ['a,'], [',a'], ['a,,b'], ['a, b'], ['a b']])('of words is not %j', (value) => {
    const reason = 'NAME must be words with commas between, without white space';
    expect(read(value, (reader) => reader.words('NAME'))).toBe(reason);
  });

  it.each([['http://a'], ['https://a.example:8443'], ['https://a/b/'], ['http://[::1]:80/a@b']])('of an address may be %s', (value) => {
    expect(read(value, (reader) => reader.url('NAME'))).toBe(value);
    expect(read(value, (reader) => reader.baseUrl('NAME'))).toBe(value);
  });

  it.each([['https://a?b=c@d'], ['https://a/?b'], ['https://a/b#c']])('that paths are appended to is not %s', (value) => {
    expect(read(value, (reader) => reader.url('NAME'))).toBe(value);
    const reason = 'NAME must be an absolute http or https URL without credentials and query';
    expect(read(value, (reader) => reader.baseUrl('NAME'))).toBe(reason);
  });

  it.each([
    ['a.example.com'],
    ['ftp://a'],
    ['http:a'],
    ['http://'],
    ['http:///user:secret@a'],
    [' http://a'],
    ['http://a /'],
    ['xhttp://a'],
    ['http://a:99999'],
    ['https://user:secret@a'],
    ['https://user@a/b'],
  ])('of an address is not %j', (value) => {
    const reason = 'NAME must be an absolute http or https URL without credentials';
    expect(read(value, (reader) => reader.url('NAME'))).toBe(reason);
    expect(read(value, (reader) => reader.baseUrl('NAME'))).toBe(`${reason} and query`);
  });

  it('has the form that is asked for', () => {
    expect(read('ab', (reader) => reader.matching('NAME', /^a/, 'a word with a'))).toBe('ab');
    expect(read('ba', (reader) => reader.matching('NAME', /^a/, 'a word with a'))).toBe('NAME must be a word with a');
  });

  it('is one of several values', () => {
    expect(read('b', (reader) => reader.oneOf('NAME', ['a', 'b']))).toBe('b');
    expect(read('c', (reader) => reader.oneOf('NAME', ['a', 'b']))).toBe('NAME must be one of a, b');
  });
});

describe('what was refused', () => {
  it('reads as the empty text', () => {
    const reader = new VariableReader({ NAME: 'a b' });
    expect([reader.word('NAME'), reader.words('NAME'), reader.oneOf('NAME', ['c'])]).toEqual(['', [''], '']);
    expect(reader.refuse('OTHER', 'is odd')).toBe('');
  });

  it('is told all at once, each variable once with the first reason', () => {
    const reader = new VariableReader({ A: 'a b' });
    reader.word('A');
    reader.url('A');
    reader.url('B');
    const told = { option: 'A', problems: [{ option: 'A', reason: 'must not contain white space' }, { option: 'B', reason: 'is missing' }] };
    expect(() => reader.finish()).toThrow(expect.objectContaining(told));
    expect(() => reader.finish()).toThrow(ConfigurationError);
    expect(() => reader.finish()).toThrow('A must not contain white space; B is missing');
  });
});
