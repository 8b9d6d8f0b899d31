import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface GaugeSample {
  labels: Record<string, string>;
  value: number;
}

/** Prometheus metrics of the process and its HTTP answers; routes are patterns, so no id becomes a label. */
@Injectable()
export class MetricsService implements OnModuleDestroy {
  private readonly registry = new Registry();
  private readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its answer, in seconds',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  onModuleDestroy(): void {
    this.registry.clear();
  }

  observe(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.durations.observe({ method, route, status }, seconds);
  }

  /** Adds a gauge that is read whenever the metrics are asked for; what can't be read then is left out. */
  addGauge({ name, help, labelNames }: { name: string; help: string; labelNames: string[] }, read: () => Promise<GaugeSample[]>): void {
    const collect = async (gauge: Gauge) => {
      gauge.reset();
      for (const { labels, value } of await read().catch(() => [])) gauge.set(labels, value);
    };
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        await collect(this);
      },
    });
  }

  read(): Promise<string> {
    return this.registry.metrics();
  }
}
