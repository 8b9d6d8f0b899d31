import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IdentityProviderError, OPERATION_DEADLINE_MS, type IdentityProvider } from '@sa-platform/identity-provider';
import { MetricsService } from '../../platform/health/metrics.service.js';
import { PRIORITY, type QueueCount } from '../identity/identity-job.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { IdentityService } from '../identity/identity.service.js';
import { DriftService } from './drift.service.js';
import type { IdentityStatusView, ProviderRolesView } from './drift.dto.js';
import { Remembered } from './remembered.js';

const HEALTH_MS = 10_000;
const ROLES_MS = 60_000;

type Health = IdentityStatusView['health'];

/** How the identity provider is, and how far it has followed. */
@Injectable()
export class ProviderStatus implements OnModuleInit {
  /** Whoever looks at a page that renews itself must not use the provider's rate limit up. */
  private readonly health = new Remembered(HEALTH_MS, () => askHealth(this.identity.provider));
  private readonly roles = new Remembered(ROLES_MS, () => this.identity.ask((provider) => provider.listRoles()));

  constructor(
    private readonly identity: IdentityService,
    private readonly queue: IdentityQueue,
    private readonly drift: DriftService,
    private readonly metrics: MetricsService,
  ) {}

  onModuleInit(): void {
    const gauge = { name: 'identity_queue_jobs', help: 'Users of whom the identity provider is still to be told', labelNames: ['state', 'priority'] };
    this.metrics.addGauge(gauge, async () => toSamples(await this.queue.count()));
  }

  async getStatus(): Promise<IdentityStatusView> {
    const { name, capabilities } = this.identity.provider;
    const { lists, passwordChange, roles } = capabilities;
    return {
      provider: name,
      capabilities: { lists, password_change: passwordChange, roles },
      health: await this.health.get(),
      queue: summarise(await this.queue.count()),
      last_scan: await this.drift.findLastScan(),
    };
  }

  /** @throws AppError `identity.unavailable` */
  async listRoles(): Promise<ProviderRolesView> {
    return { roles: await this.roles.get() };
  }
}

async function askHealth(provider: IdentityProvider): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), OPERATION_DEADLINE_MS);
  });
  const asked = provider.checkHealth().then(
    () => null,
    (error: unknown) => (error instanceof IdentityProviderError ? error.failure : 'unavailable'),
  );
  const error = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  return { state: error === null ? 'healthy' : 'unhealthy', checked_at: new Date().toISOString(), error };
}

function summarise(counts: QueueCount[]): IdentityStatusView['queue'] {
  const sum = (some: QueueCount[]) => some.reduce((total, { count }) => total + count, 0);
  const due = counts.filter(({ state }) => state === 'due');
  const oldest = Math.min(...due.map((group) => group.oldest.getTime()));
  return {
    due: sum(due),
    failed: sum(counts.filter(({ state }) => state === 'failed')),
    revocations: sum(due.filter(({ priority }) => priority === PRIORITY.revocation)),
    oldest_at: due.length === 0 ? null : new Date(oldest).toISOString(),
  };
}

/** Every combination, also those of which there is none: an alarm needs a number. */
function toSamples(counts: QueueCount[]) {
  return (['due', 'failed'] as const).flatMap((state) =>
    Object.entries(PRIORITY).map(([priority, number]) => ({
      labels: { state, priority },
      value: counts.find((group) => group.state === state && group.priority === number)?.count ?? 0,
    })),
  );
}
