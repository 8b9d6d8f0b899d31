import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { MetricsService } from './metrics.service.js';
import { ReadinessChecks } from './readiness-checks.js';

@Global()
@Module({
  controllers: [HealthController],
  providers: [HealthService, MetricsService, ReadinessChecks],
  exports: [MetricsService, ReadinessChecks],
})
export class HealthModule {}
