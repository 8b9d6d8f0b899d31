import { FastifyAdapter } from '@nestjs/platform-fastify';

/**
 * Lets callers be answered before anything is stopped. Nest 12 closes the HTTP server between `beforeApplicationShutdown`
 * and `onApplicationShutdown`, so after the jobs, the relay and whatever else a request in flight needs. `beforeClose` is
 * the one place before all hooks, and `app.close()` waits for it.
 */
export class DrainingAdapter extends FastifyAdapter {
  private drain: () => Promise<void> = () => Promise.resolve();

  /** Names what `app.close()` begins with. */
  drainWith(drain: () => Promise<void>): void {
    this.drain = drain;
  }

  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- it is awaited (`HttpServer.beforeClose`), whatever its type says
  override async beforeClose(): Promise<void> {
    super.beforeClose();
    await this.drain();
  }
}
