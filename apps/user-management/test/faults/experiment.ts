import { setTimeout as sleep } from 'node:timers/promises';
import { checkBounds, checkRevocations, checkVersions, REVOCATION_BOUND_MS, REVOCATION_MARGIN_MS, type Drained } from './check-decisions.js';
import { checkDelivery } from './check-delivery.js';
import { checkAccounts, checkAcknowledged } from './check-stores.js';
import type { Cluster } from './cluster.js';
import type { Fault } from './faults.js';
import { findingsOf, type Finding } from './findings.js';
import { readTables } from './tables.js';

const POLL_MS = 25;
/** Between the start of the load and the fault, so that it meets a system at work. */
const WARM_UP_MS = 300;
/** Users revoked right before the fault, while it lasts, and right after it. */
const REVOKED_EACH = 3;

/** So long after a fault every event has to be published, and received by whoever listens. */
export const DRAINED_WITHIN_MS = 20_000;
const JOBS_PATIENCE_MS = 35_000;
/** The accounts of an import are made behind everything that people wait for. */
const BULK_PATIENCE_MS = 300_000;

/** What came of one fault. */
export interface Outcome {
  findings: Finding[];
  /** From the end of the fault until everybody had every event, in milliseconds. */
  drainedMs: number;
  /** All there are now. */
  events: number;
}

/** Lets one thing go wrong under load, waits until all is calm, and checks everything that has to hold. */
export async function carryOut(cluster: Cluster, fault: Fault, lastsMs: number, drainedWithinMs = DRAINED_WITHIN_MS): Promise<Outcome> {
  const { load, late, revocations } = cluster;
  if (fault.needsBoth !== false) await cluster.whole();
  await revocations.prepare(REVOKED_EACH);
  load.resume();
  late.resume();
  // An import waits for the replica that carries it out.
  if (!fault.isBorne) cluster.imports.start();
  await sleep(WARM_UP_MS);
  await revocations.revoke(`right before ${fault.name}`);
  const end = await fault.begin(cluster);
  const revoking = revocations.revoke(`while ${fault.name}`);
  await sleep(lastsMs);
  const borne = fault.isBorne ? await settleMeanwhile(cluster, drainedWithinMs) : [];
  await end();
  await revoking;
  await revocations.revoke(`right after ${fault.name}`);
  const outcome = await check(cluster, drainedWithinMs);
  return { ...outcome, findings: [...borne, ...outcome.findings] };
}

/** Nothing may wait for a replica that does not go on. */
async function settleMeanwhile(cluster: Cluster, drainedWithinMs: number): Promise<Finding[]> {
  cluster.load.hush();
  await cluster.late.pause();
  const { drained } = await settle(cluster, drainedWithinMs);
  cluster.load.resume();
  return findingsOf('I9', drained.filter(({ isDone }) => !isDone).map(({ what, withinMs }) => `${what} after ${withinMs} ms, with a replica that serves`));
}

/** Waits until the provider was told of everything and the bound of the last revocation is over, and checks once more. */
export async function finish(cluster: Cluster, drainedWithinMs = DRAINED_WITHIN_MS): Promise<Outcome> {
  await cluster.whole();
  const startedAt = performance.now();
  await untilJobsAreDone(cluster);
  await sleep(REVOCATION_BOUND_MS + REVOCATION_MARGIN_MS + startedAt - performance.now());
  return check(cluster, drainedWithinMs);
}

/** The check says what it means when they are not. */
async function untilJobsAreDone({ connection }: Cluster, patienceMs = JOBS_PATIENCE_MS): Promise<void> {
  await drain('', patienceMs, performance.now(), async () => (await connection.prisma.identityJob.count()) === 0);
}

async function check(cluster: Cluster, drainedWithinMs: number): Promise<Outcome> {
  const { administrator, ledger, listeners, memory, reader, revocations, stream } = cluster;
  await cluster.imports.over();
  if (cluster.ledger.imported.length > 0) await untilJobsAreDone(cluster, BULK_PATIENCE_MS);
  await Promise.all([cluster.load.pause(), cluster.late.pause()]);
  const { drained, tookMs } = await settle(cluster, drainedWithinMs);
  await cluster.readStream();
  const tables = await readTables(cluster.connection);
  const { subscribers, deciders } = listeners;
  const findings = [
    ...checkAccounts(tables),
    ...checkAcknowledged(ledger, tables),
    ...checkDelivery(tables, { reader, subscribers, stream }),
    ...checkRevocations(revocations.done, deciders),
    ...checkVersions(deciders),
    ...checkBounds(administrator.figures, memory, drained),
  ];
  return { findings, drainedMs: tookMs, events: tables.outbox.length };
}

async function settle(cluster: Cluster, drainedWithinMs: number): Promise<{ drained: Drained[]; tookMs: number }> {
  const startedAt = performance.now();
  const { prisma } = cluster.connection;
  const count = { where: { OR: [{ sequence: null }, { publishedAt: null }] } };
  const isPublished = async () => (await prisma.outboxEvent.count(count)) === 0;
  const isHeard = async () => {
    const events = await prisma.outboxEvent.count();
    return cluster.listeners.subscribers.every(({ subscriber }) => subscriber.seen.size >= events) && cluster.reader.seen.size >= events;
  };
  const drained = [
    await drain('events waited in the outbox', drainedWithinMs, startedAt, isPublished),
    await drain('subscribers had not heard everything', drainedWithinMs, startedAt, isHeard),
  ];
  return { drained, tookMs: performance.now() - startedAt };
}

async function drain(what: string, withinMs: number, startedAt: number, isDone: () => Promise<boolean>): Promise<Drained> {
  for (;;) {
    const done = await isDone().catch(() => false);
    const tookMs = performance.now() - startedAt;
    if (done || tookMs > withinMs) return { what, withinMs, tookMs, isDone: done };
    await sleep(POLL_MS);
  }
}
