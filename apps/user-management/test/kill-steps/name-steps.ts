const LAST_PREPARED = 0xffffffff;

/**
 * What one connection sends, by names that a person and a second run recognise: the statement or the request. Both
 * databases send a statement's text once and afterwards its number, which is why each connection remembers.
 */
export class StepNames {
  private readonly statements = new Map<string | number, string>();
  /** MySQL: prepared statements whose number has not been told yet. */
  private readonly unnumbered: string[] = [];
  private lastPrepared = 'data';

  constructor(private readonly protocol: 'postgresql' | 'mysql' | 'http') {}

  of(data: Buffer): string {
    if (this.protocol === 'http') return nameRequest(data.toString('latin1'));
    return this.protocol === 'postgresql' ? this.ofPostgres(data) : this.ofMysql(data);
  }

  /** MySQL answers a preparation with the number. */
  hear(data: Buffer): void {
    const statement = this.protocol === 'mysql' && data[4] === 0 && data.length >= 16 ? this.unnumbered.shift() : undefined;
    if (statement !== undefined) this.statements.set(data.readUInt32LE(5), statement);
  }

  /** Messages are a letter and a length; `P` gives a text a name, `B` uses it, `Q` is a text. */
  private ofPostgres(data: Buffer): string {
    const names = readMessages(data).map(({ letter, first, second }) => {
      if (letter === 'P') this.statements.set(first, nameStatement(second));
      if (letter === 'Q') return nameStatement(first);
      return letter === 'B' ? (this.statements.get(second) ?? 'data') : null;
    });
    return names.find((name) => name !== null) ?? 'data';
  }

  /** A packet is its length, a number and a command: 3 a text, 22 a preparation, 23 an execution. */
  private ofMysql(data: Buffer): string {
    const text = nameStatement(data.toString('latin1', 5));
    if (data[4] === 3) return text;
    if (data[4] === 22) {
      this.unnumbered.push(text);
      this.lastPrepared = text;
      return `prepare ${text}`;
    }
    if (data[4] !== 23 || data.length < 9) return 'data';
    const number = data.readUInt32LE(5);
    return number === LAST_PREPARED ? this.lastPrepared : (this.statements.get(number) ?? 'data');
  }
}

/** PostgreSQL's messages by their letter and first two texts. */
function readMessages(data: Buffer): { letter: string; first: string; second: string }[] {
  const messages = [];
  for (let at = 0; at + 5 <= data.length; ) {
    const length = data.readUInt32BE(at + 1);
    const [first = '', second = ''] = data.toString('latin1', at + 5, at + 1 + length).split('\0');
    messages.push({ letter: String.fromCharCode(data[at] ?? 0), first, second });
    at += 1 + Math.max(4, length);
  }
  return messages;
}

function nameRequest(text: string): string {
  const action = /X-Amz-Target: \w+\.(\w+)/i.exec(text)?.[1];
  if (action !== undefined) return action;
  const [, method, path = ''] = /^(GET|POST|PATCH|PUT|DELETE) (\/[^ ?]*)/.exec(text) ?? [];
  return method === undefined ? 'data' : `${method} ${path.replace(/auth0(%7C|\|)[^/]+/i, ':id')}`;
}

function nameStatement(text: string): string {
  const statement = /\b(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|INSERT|DELETE|UPDATE|SELECT|SET)\b[^\0]*/i.exec(text)?.[0] ?? 'data';
  const table = /\b(?:INTO|FROM|UPDATE)\s+(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)[`"]?/i.exec(statement)?.[1] ?? '';
  return `${(statement.split(/\s/)[0] ?? '').toUpperCase()} ${table}`.trim();
}
