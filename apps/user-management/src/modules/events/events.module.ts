import { Logger, Module } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { ReadinessChecks } from '../../platform/health/readiness-checks.js';
import { ContextModule } from '../context/context.module.js';
import { AsyncApiController } from './async-api.controller.js';
import { EventLog } from './event-log.js';
import { EventPublisher } from './event-publisher.js';
import { EventRetention } from './event-retention.js';
import { EventsRepository } from './events.repository.js';
import { EventsService } from './events.service.js';
import { FeedController } from './feed.controller.js';
import { FeedRepository } from './feed.repository.js';
import { FeedService } from './feed.service.js';
import { FeedWatch } from './feed-watch.js';
import { Heartbeats } from './heartbeats.js';
import { InProcessPublisher } from './in-process.publisher.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { OutboxRepository } from './outbox.repository.js';
import { RedisPublisher } from './redis.publisher.js';
import { RelayTurns } from './relay-turns.js';
import { Relay } from './relay.js';

@Module({
  imports: [ContextModule],
  controllers: [AsyncApiController, FeedController],
  providers: [
    EventLog,
    EventRetention,
    EventsRepository,
    EventsService,
    FeedRepository,
    FeedService,
    FeedWatch,
    Heartbeats,
    OutboxMetrics,
    OutboxRepository,
    Relay,
    RelayTurns,
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
  exports: [EventLog, EventsService, EventPublisher, Relay],
})
export class EventsModule {
  constructor(checks: ReadinessChecks, publisher: EventPublisher) {
    checks.add('events', () => publisher.checkHealth());
  }
}
