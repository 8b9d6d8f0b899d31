import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MetricsService } from '../../platform/health/metrics.service.js';
import { OutboxRepository } from './outbox.repository.js';

/** What an alert is for: runbooks/events-parked.md. */
@Injectable()
export class OutboxMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: MetricsService,
    private readonly outbox: OutboxRepository,
  ) {}

  onApplicationBootstrap(): void {
    const waiting = { name: 'events_oldest_waiting_seconds', help: 'Age of the oldest event that is to be published, 0 when none waits', labelNames: [] };
    this.metrics.addGauge(waiting, async () => [{ labels: {}, value: secondsSince(await this.outbox.findOldestWaiting()) }]);
    const parked = { name: 'events_parked', help: 'Events that could not be published and were given up', labelNames: [] };
    this.metrics.addGauge(parked, async () => [{ labels: {}, value: await this.outbox.countParked() }]);
  }
}

function secondsSince(moment: Date | null): number {
  return moment === null ? 0 : Math.max(0, (Date.now() - moment.getTime()) / 1000);
}
