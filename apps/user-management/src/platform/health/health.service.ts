import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { ReadinessChecks } from './readiness-checks.js';

const CHECK_TIMEOUT_MS = 2_000;

export interface Readiness {
  /** `degraded`: something that isn't needed to decide who may do what is away. */
  status: 'ok' | 'degraded' | 'down';
  checks: Record<string, 'ok' | 'down'>;
  /** Why it is down although everything works: send requests elsewhere. */
  reason?: 'shutting_down';
}

@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly others: ReadinessChecks,
    private readonly shutdown: Shutdown,
  ) {}

  async check(): Promise<Readiness> {
    if (this.shutdown.isShuttingDown) return { status: 'down', reason: 'shutting_down', checks: {} };
    const database = await outcomeOf(() => this.database.ping());
    const checks: Record<string, 'ok' | 'down'> = { database };
    for (const [name, check] of this.others.entries()) checks[name] = await outcomeOf(check);
    if (database === 'down') return { status: 'down', checks };
    return { status: Object.values(checks).includes('down') ? 'degraded' : 'ok', checks };
  }
}

async function outcomeOf(check: () => Promise<unknown>): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), CHECK_TIMEOUT_MS);
  });
  const result = await Promise.race([
    check().then(
      () => 'ok' as const,
      () => 'down' as const,
    ),
    timeout,
  ]);
  clearTimeout(timer);
  return result;
}
