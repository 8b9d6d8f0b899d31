import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { ReadinessChecks } from './readiness-checks.js';

const CHECK_TIMEOUT_MS = 2_000;

export interface Readiness {
  /** `degraded`: something that isn't needed to decide who may do what is away. */
  status: 'ok' | 'degraded' | 'down';
  checks: Record<string, 'ok' | 'down'>;
}

@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly others: ReadinessChecks,
  ) {}

  async check(): Promise<Readiness> {
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
