import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { toText, type Command, type Kind, type Plot } from './commands.js';
import { brokenPromises, type PromiseName } from './promises.js';
import { decide, isPossible } from './rules.js';
import type { Stage } from './stage.js';
import type { State } from './state.js';

const AGREEMENT = 'the model and the service agree';

/** What came of the commands of many sequences. */
export class Tally {
  sequences = 0;
  commands = 0;
  readonly done = new Set<Kind>();
  readonly refused = new Set<Kind>();

  count(kind: Kind, isDone: boolean): void {
    this.commands += 1;
    (isDone ? this.done : this.refused).add(kind);
  }
}

/** A promise was broken, or the service and the model do not say the same. */
export class Discrepancy extends Error {
  constructor(
    readonly what: PromiseName | typeof AGREEMENT,
    how: string,
    readonly story: string[],
  ) {
    super(`${what}: ${how}\n  after\n${story.map((line) => `    ${line}`).join('\n')}`);
  }
}

/** Sequences of commands on the stage, each watched. */
export class Rehearsal {
  readonly tally = new Tally();

  /** @param only looks at this one promise, and asks the model nothing */
  constructor(
    private readonly stage: Stage,
    private readonly only: PromiseName | null = null,
  ) {}

  /** @throws Discrepancy */
  async play({ history, ways }: Plot): Promise<void> {
    await this.stage.rehearse(async () => {
      const story: string[] = [];
      for (const command of history) story.push(...(await this.step(command, story)));
      const goBack = await this.stage.mark();
      for (const command of ways) {
        const { state } = this.stage;
        const lines = await this.step(command, story);
        this.tally.sequences += lines.length;
        if (this.stage.state !== state) await goBack();
      }
    });
  }

  /** One command, by the service and by the model. @returns how the story goes on */
  private async step(command: Command, story: string[]): Promise<string[]> {
    const { state: before } = this.stage;
    if (!isPossible(before, command)) return [];
    const isDone = await this.stage.perform(command);
    const { state: after } = this.stage;
    this.tally.count(command.do, isDone);
    const line = `${toText(command)}: ${isDone ? 'done' : 'refused'}`;
    const broken = brokenPromises({ before, after, command }).find(({ promise }) => this.only === null || this.only === promise);
    if (broken) throw new Discrepancy(broken.promise, broken.how.join('; '), [...story, line]);
    const difference = this.only === null ? differenceOf({ isDone, after }, { before, expected: decide(before, command) }) : null;
    if (difference !== null) throw new Discrepancy(AGREEMENT, difference, [...story, line]);
    return [line];
  }
}

function differenceOf({ isDone, after }: { isDone: boolean; after: State }, { before, expected }: { before: State; expected: State | null }): string | null {
  if (isDone !== (expected !== null)) return `the model ${isDone ? 'refuses' : 'admits'} it`;
  const wanted = expected ?? before;
  if (after === wanted || isDeepStrictEqual(after, wanted)) return null;
  try {
    expect(after).toEqual(wanted);
    return 'what came of it differs';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
