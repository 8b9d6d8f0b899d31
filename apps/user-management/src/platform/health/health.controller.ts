import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@sa-platform/auth-client/nest';
import type { FastifyReply } from 'fastify';
import { HealthService } from './health.service.js';
import { MetricsService } from './metrics.service.js';

@ApiExcludeController()
@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly metrics: MetricsService,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  /** The service can do its work: 503 when the database doesn't answer, and from the moment on that it is asked to stop. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const readiness = await this.health.check();
    if (readiness.status === 'down') void reply.status(503);
    return readiness;
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  readMetrics() {
    return this.metrics.read();
  }
}
