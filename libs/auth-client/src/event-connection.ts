/**
 * Who hears what user-management publishes. The calls come one after the other, never after `close()` of the connection,
 * and in this order: `onSubscribed`, messages, `onDisconnected`, `onSubscribed` …
 */
export interface EventListener {
  /**
   * From now on every message is delivered. What was published before is not, and may never be: catch up now.
   * Called again after each `onDisconnected` once the subscription holds again.
   */
  onSubscribed(): void;
  /** From now on messages are lost. A cut that makes no noise is noticed late: trust ends with the heartbeat, not with this. */
  onDisconnected(): void;
  /**
   * @param channel `EVENTS_CHANNEL` or `HEARTBEAT_CHANNEL` of the contracts
   * @param message the text as it was published, in the order in which it was; nobody has looked at it
   */
  onMessage(channel: string, message: string): void;
}

/**
 * A subscription to the events and the heartbeat of user-management that comes back by itself for as long as it is open.
 * `RedisEvents` of `@sa-platform/auth-client/redis` is one, the fake user-management of `/testing` has another.
 */
export interface EventConnection {
  /**
   * Begins to connect and returns at once. A connection is opened once.
   *
   * @throws Error when it was opened or closed before
   */
  open(listener: EventListener): void;
  /** Ends it at once, also while it connects. Resolves when no timer and no socket of it is left. */
  close(): Promise<void>;
}
