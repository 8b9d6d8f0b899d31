import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import type { Connection } from './engines/connection.js';

const CONNECTION = Symbol('database connection');

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTION) private readonly connection: Connection) {}

  static with(connection: Connection): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: CONNECTION, useValue: connection },
        { provide: Database, useValue: new Database(connection) },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
