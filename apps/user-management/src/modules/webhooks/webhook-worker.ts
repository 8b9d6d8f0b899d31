import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { MetricsService } from '../../platform/health/metrics.service.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { EventLog } from '../events/event-log.js';
import { EventsService } from '../events/events.service.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookLeasesRepository } from './webhook-leases.repository.js';
import { WebhookRedelivery } from './webhook-redelivery.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksRepository } from './webhooks.repository.js';

const EVERY_MS = 1_000;
/** After a commit: the relay numbers its events meanwhile, and several commits are one look. */
const SOON_MS = 100;
/** Receivers that hang hold a place for as long as their time-out. */
const AT_ONCE = 32;
/** What is on its way when the replica stops may take so long; then it is left to another replica. */
const GRACE_MS = 3_000;

/** Finds what is to be sent, on any replica, and has it sent: each webhook by one at a time, and none waits for another. */
@Injectable()
export class WebhookWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookWorker.name);
  private readonly looking = new RecurringWork(() => this.look());
  private readonly stop = new AbortController();
  private readonly cut = new AbortController();
  private readonly ending = { stop: this.stop.signal, cut: this.cut.signal };
  /** What is being sent, by what it is. */
  private readonly active = new Map<string, Promise<void>>();
  private soon: NodeJS.Timeout | null = null;

  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly leases: WebhookLeasesRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly courier: WebhookCourier,
    private readonly redelivery: WebhookRedelivery,
    private readonly secrets: WebhookSecrets,
    private readonly events: EventsService,
    private readonly log: EventLog,
    private readonly metrics: MetricsService,
  ) {}

  onApplicationBootstrap(): void {
    const gauge = { name: 'webhooks', help: 'Webhooks that are enabled and well, that fail and are tried again, or are disabled', labelNames: ['state'] };
    this.metrics.addGauge(gauge, () => this.readGauge());
    if (!this.secrets.isConfigured) {
      this.logger.warn('no webhooks are sent: WEBHOOK_SIGNING_KEY is not set');
      return;
    }
    this.events.onRecorded(() => this.wakeSoon());
    this.looking.start(EVERY_MS);
  }

  /** Begins nothing any more, and waits a little for what is on its way. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    if (this.soon) clearTimeout(this.soon);
    const timer = setTimeout(() => this.cut.abort(), GRACE_MS);
    await this.looking.stop();
    await Promise.all(this.active.values());
    clearTimeout(timer);
  }

  /** Looks now; without a key to sign with there is nothing to look for. */
  wake(): void {
    if (this.secrets.isConfigured) this.looking.wake();
  }

  private wakeSoon(): void {
    if (this.stop.signal.aborted) return;
    this.soon ??= setTimeout(() => {
      this.soon = null;
      this.wake();
    }, SOON_MS);
  }

  private async look(): Promise<void> {
    try {
      const redeliveries = await this.deliveries.listWaiting(AT_ONCE);
      for (const each of redeliveries) this.begin(`${each.webhookId} ${each.sequence}`, () => this.redelivery.work(each, this.ending));
      const due = await this.leases.listDue(await this.log.newest(), AT_ONCE);
      for (const id of due) this.begin(id, () => this.courier.work(id, this.ending));
    } catch (error) {
      this.logger.warn(`webhooks wait: ${errorNameAndCode(error)}`);
    }
  }

  /** @param work never throws */
  private begin(name: string, work: () => Promise<void>): void {
    if (this.active.has(name) || this.active.size >= AT_ONCE || this.stop.signal.aborted) return;
    this.active.set(name, work().finally(() => this.active.delete(name)));
  }

  /** Every state, also those of which there is none: an alarm needs a number. */
  private async readGauge() {
    const counts = await this.webhooks.count();
    return (['enabled', 'failing', 'disabled'] as const).map((state) => ({
      labels: { state },
      value: counts.find((each) => each.state === state)?.count ?? 0,
    }));
  }
}
