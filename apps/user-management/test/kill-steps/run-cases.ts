import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../src/platform/database/engines/connection.js';
import { until } from '../poll.js';
import type { Case } from './check-answers.js';
import { checkStores } from './check-stores.js';
import { KillableService, type Answer, type World } from './killable-service.js';
import { ORGANISATION, type Operation } from './operations.js';
import type { Place } from './step-proxy.js';

/** I1: nothing may wait for longer than that after the last restart. */
const SETTLED_WITHIN_MS = 30_000;
/** A kill during an answered request may come a little later: what runs on behind the answer has its steps too. */
const BEHIND_ANSWER_MS = 300;

export interface Plan {
  operations: Operation[];
  /** The steps to kill at, of all that a run takes. */
  isWanted: (step: string) => boolean;
  /** 1 kills at each of them, 3 at every third. */
  every: number;
  /** How many to leave out first, so that runs with gaps look at different steps. */
  offset?: number;
  report?: (line: string) => void;
}

export interface Outcome {
  cases: number;
  kills: number;
  /** By operation, the steps that one run takes. */
  steps: Map<string, string[]>;
  /** Where kills were, by operation. */
  places: Map<string, Set<string>>;
  /** From the last restart until no job was left, in milliseconds. */
  settledMs: number;
  findings: string[];
}

/** Kills the service at the steps of each operation, restarts it each time, and then compares both stores. */
export async function runCases(world: World, connection: Connection, plan: Plan): Promise<Outcome> {
  const run = new Run(world, connection, plan);
  try {
    return await run.carryOut();
  } finally {
    await run.end();
  }
}

class Run {
  private service: KillableService | null = null;
  private readonly cases: Case[] = [];
  private readonly steps = new Map<string, string[]>();
  private readonly places = new Map<string, Set<string>>();
  private kills = 0;

  constructor(
    private readonly world: World,
    private readonly connection: Connection,
    private readonly plan: Plan,
  ) {}

  async carryOut(): Promise<Outcome> {
    const service = await this.start();
    await service.ask('POST', 'admin/organisations', ORGANISATION);
    // Counted before the first kill: what kills leave to be done would count as well.
    for (const operation of this.plan.operations) this.steps.set(operation.name, await this.count(operation));
    for (const operation of this.plan.operations) await this.killAtSteps(operation);
    const settledMs = await this.settle();
    const findings = await checkStores(this.connection, this.world.tenant, this.cases);
    return { cases: this.cases.length, kills: this.kills, steps: this.steps, places: this.places, settledMs, findings };
  }

  async end(): Promise<void> {
    await this.service?.kill();
  }

  private async killAtSteps(operation: Operation): Promise<void> {
    const { every, offset = 0, isWanted, report } = this.plan;
    const steps = this.steps.get(operation.name) ?? [];
    this.places.set(operation.name, new Set());
    const places = placesOf(steps.filter(isWanted)).filter((_place, index) => index % every === offset % every);
    report?.(`${operation.name}: ${steps.length} steps, ${places.length} places to kill at: ${steps.join(' > ')}`);
    for (const place of places) {
      const isHit = await this.killAt(operation, place);
      report?.(`  ${operation.name}: ${nameOf(place)}${isHit ? '' : ' (got past it)'}`);
    }
  }

  /** What one undisturbed run sends until nothing is left to do. */
  private async count(operation: Operation): Promise<string[]> {
    const service = await this.start();
    const subject = await operation.prepare(service, this.world.tenant);
    const first = service.steps.taken.length;
    const answer = await this.send(service, operation, subject);
    if (answer === null || answer.status >= 300 !== Boolean(operation.promises.isRefused)) throw new Error(`${operation.name}: ${JSON.stringify(answer)}`);
    await this.untilNoJobs();
    this.cases.push({ operation, subject, place: '', answer });
    return service.steps.taken.slice(first);
  }

  /** @returns whether it was killed there */
  private async killAt(operation: Operation, place: Place): Promise<boolean> {
    const service = await this.start();
    const subject = await operation.prepare(service, this.world.tenant);
    service.killAt(place);
    const answer = await this.send(service, operation, subject);
    for (let waited = 0; answer !== null && !service.hasEnded && waited < BEHIND_ANSWER_MS; waited += 50) await sleep(50);
    service.steps.disarm();
    const { isKilled } = service.steps;
    this.cases.push({ operation, subject, place: isKilled ? nameOf(place) : '', answer });
    if (!isKilled) return false;
    this.kills += 1;
    this.places.get(operation.name)?.add(nameOf(place));
    this.service = null;
    await service.kill();
    return true;
  }

  private send(service: KillableService, operation: Operation, subject: Case['subject']): Promise<Answer | null> {
    const { method, path, json } = operation.request(subject);
    return service.call(method, path, json);
  }

  private async start(): Promise<KillableService> {
    this.service ??= await KillableService.start(this.world);
    return this.service;
  }

  private async settle(): Promise<number> {
    await this.start();
    const startedAt = performance.now();
    await this.untilNoJobs().catch(() => null);
    return performance.now() - startedAt;
  }

  private async untilNoJobs(): Promise<void> {
    await until(() => this.connection.prisma.identityJob.count(), (count) => count === 0, SETTLED_WITHIN_MS);
  }
}

/** Right before and right after each of the steps. */
export function placesOf(steps: string[]): Place[] {
  const counts = new Map<string, number>();
  return steps.flatMap((step) => {
    const occurrence = (counts.get(step) ?? 0) + 1;
    counts.set(step, occurrence);
    return (['before', 'after'] as const).map((moment) => ({ step, occurrence, moment }));
  });
}

export function nameOf({ step, occurrence, moment }: Place): string {
  return `killed ${moment} ${step} (${occurrence})`;
}
