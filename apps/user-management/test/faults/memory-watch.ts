import type { Replica } from './replica.js';

/** Of one replica, in megabytes: what it takes when it has started, and as much again for what is under way. */
export const MEMORY_BUDGET_MB = 800;
const EVERY_MS = 250;
const MEGABYTE = 1024 * 1024;

/** Samples the resident memory of processes. */
export class MemoryWatch {
  /** Highest seen, in bytes, by replica. */
  readonly highest = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly replicas: readonly Replica[]) {
    this.timer = setInterval(() => this.sample(), EVERY_MS);
    this.timer.unref();
  }

  findings(): string[] {
    return [...this.highest]
      .filter(([, bytes]) => bytes > MEMORY_BUDGET_MB * MEGABYTE)
      .map(([name, bytes]) => `replica ${name} took ${Math.round(bytes / MEGABYTE)} MB of memory, ${MEMORY_BUDGET_MB} are its budget`);
  }

  /** In megabytes. */
  get highestMb(): number {
    return Math.round(Math.max(0, ...this.highest.values()) / MEGABYTE);
  }

  /** Begins anew: what was highest until now is forgotten. */
  restart(): void {
    this.highest.clear();
    this.sample();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  sample(): void {
    for (const replica of this.replicas) {
      const bytes = replica.readMemory();
      if (bytes !== null) this.highest.set(replica.name, Math.max(bytes, this.highest.get(replica.name) ?? 0));
    }
  }
}
