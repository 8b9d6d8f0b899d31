import { Logger, Module } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { ReadinessChecks } from '../../platform/health/readiness-checks.js';
import { ContextModule } from '../context/context.module.js';
import { EventPublisher } from './event-publisher.js';
import { EventsRepository } from './events.repository.js';
import { EventsService } from './events.service.js';
import { InProcessPublisher } from './in-process.publisher.js';
import { RedisPublisher } from './redis.publisher.js';
import { Relay } from './relay.js';

@Module({
  imports: [ContextModule],
  providers: [
    EventsRepository,
    EventsService,
    Relay,
    {
      provide: EventPublisher,
      inject: [Config],
      useFactory: (config: Config): EventPublisher => {
        const logger = new Logger('Redis');
        return config.redisUrl === null
          ? new InProcessPublisher()
          : new RedisPublisher(config.redisUrl, (error) => logger.debug(error.name));
      },
    },
  ],
  exports: [EventsService, EventPublisher, Relay],
})
export class EventsModule {
  constructor(checks: ReadinessChecks, publisher: EventPublisher) {
    checks.add('events', () => publisher.checkHealth());
  }
}
