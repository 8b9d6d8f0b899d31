import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuiltProgram } from './built-service.js';
import { until } from './poll.js';
import { freePort } from './test-app.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const RUNBOOKS = new URL('../../../runbooks/', import.meta.url);
const PATIENCE_MS = 60_000;
/** What the pages call the service. */
const ADDRESS = 'http://127.0.0.1:3000';
const START = /^(?:(?<name>[A-Z_]+)=(?<value>\S+) )?npm start\n$/;

/** One block of commands, and what the page says that it prints: nothing when it says nothing. */
export interface Block {
  /** The heading that it stands under. */
  section: string;
  commands: string;
  prints: string;
}

/** @param name of a page in `runbooks`, without its ending */
export function readRunbook(name: string): { text: string; blocks: Block[] } {
  const text = readFileSync(new URL(`${name}.md`, RUNBOOKS), 'utf8');
  const blocks = text.split(/^## /m).flatMap((part, index) => {
    const section = index === 0 ? '' : (part.split('\n')[0] ?? '');
    const found = part.matchAll(/^```bash\n(?<commands>[^]*?)^```\n(?:\n```text\n(?<prints>[^]*?)^```\n)?/gm);
    return [...found].map(({ groups }) => ({ section, commands: groups?.commands ?? '', prints: groups?.prints ?? '' }));
  });
  return { text, blocks };
}

/** Links of the page to headings of its own and to other pages that are not there. */
export function brokenLinks(text: string): string[] {
  const anchorOf = (title: string) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
  const anchors = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => `#${anchorOf(title ?? '')}`);
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => !anchors.includes(link) && (link.startsWith('#') || !existsSync(new URL(link, RUNBOOKS))));
}

/** The built service with demo data, and beside it the one terminal that a page's blocks are pasted into. */
export class RunbookReader {
  private output = '';
  private pasted = 0;
  private service: BuiltProgram | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), 'um-runbook-'));
  private readonly shell: ChildProcessWithoutNullStreams;

  private constructor(
    readonly database: TestDatabase,
    readonly url: string,
  ) {
    const env = { PATH: process.env.PATH, DATABASE_URL: database.url ?? '' };
    this.shell = spawn('bash', ['--noprofile', '--norc'], { cwd: this.folder, env });
    for (const stream of [this.shell.stdout, this.shell.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  static async open(): Promise<RunbookReader> {
    const reader = new RunbookReader(await createTestDatabase(), `http://127.0.0.1:${String(await freePort())}`);
    await reader.start({});
    return reader;
  }

  /** @returns what the commands printed, errors too; one that starts the service restarts this one */
  async paste(commands: string): Promise<string> {
    const start = START.exec(commands);
    if (start) {
      const { name, value = '' } = start.groups ?? {};
      await this.start(name === undefined ? {} : { [name]: value });
      return '';
    }
    this.pasted += 1;
    const end = `end of block ${this.pasted}`;
    this.output = '';
    this.shell.stdin.write(`${commands.replace(ADDRESS, this.url)}\necho '${end}'\n`);
    await until(() => this.output, (output) => output.includes(end), PATIENCE_MS);
    return this.output.slice(0, this.output.indexOf(end));
  }

  async close(): Promise<void> {
    this.shell.kill();
    await this.service?.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }

  private async start(environment: Record<string, string>): Promise<void> {
    await this.service?.stop();
    this.service = new BuiltProgram('main', this.database, { PORT: new URL(this.url).port, DEMO_DATA: 'true', ...environment });
    const isReady = () => fetch(`${this.url}/health/ready`).then(({ ok }) => ok, () => false);
    await until(isReady, Boolean, PATIENCE_MS);
  }
}

/** What a block prints, `…` standing for anything. */
export function printing(prints: string): RegExp {
  return new RegExp(`^${prints.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`);
}
