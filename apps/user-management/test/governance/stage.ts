import { jest } from '@jest/globals';
import type { BeforeApplicationShutdown, OnModuleDestroy, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AuthError, Authorizer, type Caller, type TokenVerifier } from '@sa-platform/auth-client';
import { readDeclaredAccess } from '@sa-platform/auth-client/nest';
import { AuditTrail } from '../../src/modules/audit/audit-trail.js';
import { ContextService } from '../../src/modules/context/context.service.js';
import { EventsService } from '../../src/modules/events/events.service.js';
import { IdentityQueue } from '../../src/modules/identity/identity-queue.js';
import { RowApplier } from '../../src/modules/import/row-applier.js';
import { MailQueue } from '../../src/modules/mails/mail-queue.js';
import { RolesService } from '../../src/modules/roles/roles.service.js';
import { UserAudit } from '../../src/modules/users/user-audit.js';
import { UsersService } from '../../src/modules/users/users.service.js';
import { Database } from '../../src/platform/database/database.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { prismaOf } from '../people.js';
import { TestApp } from '../test-app.js';
import type { Command } from './commands.js';
import { PERFORM, type Desk } from './perform.js';
import { readState, type Reading } from './read-state.js';
import type { State } from './state.js';
import { watchClient, type Memory } from './watched-client.js';
import { createWorld } from './world.js';

class RolledBack extends Error {}

/** Where a sequence stands: what the database holds, and what was read from it. */
interface Standing {
  reading: Reading;
  memory: Memory;
}

/**
 * The service over one small world. Its handlers are called as the guard lets them be called; what happens inside
 * `rehearse` is rolled back at the end. Left out is what other suites look at and the rules never do: the audit trail,
 * events, mails, what the identity provider is told, and how answers look.
 */
export class Stage implements Desk {
  private readonly database: Database;
  private readonly authorizer: Authorizer;
  private readonly names = new Map<string, string>();
  /** The service's open transaction, and whether it has begun to write. */
  private open: { hasWritten: boolean } | null = null;
  /** Whether something was written since the state was read. */
  private isChanged = false;

  private constructor(
    private readonly app: TestApp,
    private readonly initial: Standing,
    private now: Standing = initial,
  ) {
    this.database = app.nest.get(Database);
    const contexts = app.nest.get(ContextService);
    // Who calls is said here; tokens are looked at elsewhere.
    this.authorizer = new Authorizer(null as unknown as TokenVerifier, { contextOf: ({ subject }) => contexts.getContext(subject) });
  }

  static async open(): Promise<Stage> {
    const app = await TestApp.start({ DEMO_DATA: 'false' });
    // What comes by on a timer would find itself inside a sequence.
    for (const job of timersOf(app)) {
      await job.onModuleDestroy?.();
      await job.beforeApplicationShutdown?.();
    }
    await createWorld(prismaOf(app));
    const reading = await readState(prismaOf(app), new Map());
    const stage = new Stage(app, { reading, memory: new Map() });
    for (const [name, id] of reading.users) stage.names.set(id, name);
    stage.leaveOutTheRest();
    return stage;
  }

  async close(): Promise<void> {
    jest.restoreAllMocks();
    await this.app.stop();
  }

  get state(): State {
    return this.now.reading.state;
  }

  get ids(): Desk['ids'] {
    return this.now.reading;
  }

  /** Runs `work` on the world as it was made, and undoes what it did. */
  async rehearse(work: () => Promise<void>): Promise<void> {
    this.now = this.initial;
    this.isChanged = false;
    try {
      await this.database.transaction(async () => {
        this.takeOver();
        await work();
        throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    } finally {
      for (const name of ['transaction', 'client']) Reflect.deleteProperty(this.database, name);
    }
  }

  /** What is done from here can be undone. @returns what undoes it, as often as it is called */
  async mark(): Promise<() => Promise<void>> {
    const { now } = this;
    await this.run('SAVEPOINT mark');
    return async () => {
      await this.run('ROLLBACK TO SAVEPOINT mark');
      this.now = now;
    };
  }

  /**
   * Afterwards `state` is what came of it.
   *
   * @returns whether the service carried it out, or refused it
   * @throws whatever is no refusal
   */
  async perform(command: Command): Promise<boolean> {
    const isDone = await this.attempt(command);
    if (this.isChanged) this.now = { reading: await readState(this.client, this.names), memory: new Map() };
    this.isChanged = false;
    return isDone;
  }

  async admit<C>(by: string, controller: Type<C>, handler: keyof C & string): Promise<Caller> {
    const { rules } = readDeclaredAccess(controller.prototype[handler] as object, controller);
    const principal = { type: 'user', subject: this.ids.users.get(by) ?? by, scopes: [], expiresAtMs: 0 } as const;
    return (await this.authorizer.authorizePrincipal(principal, '', { authorization: undefined }, rules)).caller;
  }

  async call<C>(by: string, controller: Type<C>, handler: keyof C & string, ...args: unknown[]): Promise<unknown> {
    const caller = await this.admit(by, controller, handler);
    const instance = this.app.nest.get(controller);
    return (instance[handler] as (...args: unknown[]) => unknown).call(instance, ...args, caller);
  }

  async applyRows(...[rows, mandate]: Parameters<RowApplier['apply']>): ReturnType<RowApplier['apply']> {
    return this.database.transaction(() => this.app.nest.get(RowApplier).apply(rows, mandate));
  }

  async letEnd(membershipId: string): Promise<void> {
    this.isChanged = true;
    await this.run(`UPDATE org_memberships SET expires_at = (now() AT TIME ZONE 'UTC') - INTERVAL '1 hour' WHERE id = '${membershipId}'`);
  }

  private async attempt(command: Command): Promise<boolean> {
    try {
      await (PERFORM[command.do] as (desk: Desk, command: Command) => Promise<unknown>)(this, command);
      return true;
    } catch (error) {
      if ((error instanceof AppError || error instanceof AuthError) && error.status < 500) return false;
      throw error;
    }
  }

  /** The open transaction, or the pool. */
  private get client(): Database['client'] {
    return Reflect.get(Database.prototype, 'client', this.database);
  }

  private takeOver(): void {
    const watched = watchClient(this.client, {
      beforeWrite: () => this.beforeWrite(),
      memory: () => (this.isChanged ? null : this.now.memory),
    });
    Object.defineProperty(this.database, 'client', { configurable: true, value: watched });
    this.database.transaction = (work) => (this.open ? work() : this.asOwn(work));
  }

  /** Each transaction of the service is one inside ours: what fails leaves nothing, and what committed before it stays. */
  private async asOwn<Result>(work: () => Promise<Result>): Promise<Result> {
    const { isChanged } = this;
    const own = { hasWritten: false };
    this.open = own;
    try {
      return await work();
    } catch (error) {
      if (own.hasWritten) await this.run('ROLLBACK TO SAVEPOINT command');
      this.isChanged = isChanged;
      throw error;
    } finally {
      this.open = null;
    }
  }

  private async beforeWrite(): Promise<void> {
    this.isChanged = true;
    if (!this.open || this.open.hasWritten) return;
    this.open.hasWritten = true;
    await this.run('SAVEPOINT command');
  }

  private leaveOutTheRest(): void {
    const { nest } = this.app;
    const nothing = () => Promise.resolve();
    for (const method of ['record', 'recordAll'] as const) jest.spyOn(nest.get(EventsService), method).mockImplementation(nothing);
    for (const method of ['request', 'requestNew', 'requestRemoval'] as const) jest.spyOn(nest.get(IdentityQueue), method).mockImplementation(nothing);
    jest.spyOn(nest.get(MailQueue), 'requestForApproval').mockImplementation(nothing);
    jest.spyOn(nest.get(AuditTrail), 'record').mockImplementation(nothing);
    for (const method of ['created', 'done', 'record'] as const) jest.spyOn(nest.get(UserAudit), method).mockImplementation(nothing);
    jest.spyOn(nest.get(UserAudit), 'change').mockImplementation((_user, _deed, work) => work());
    jest.spyOn(nest.get(UsersService), 'getUser').mockResolvedValue({} as never);
    jest.spyOn(nest.get(RolesService), 'getRole').mockResolvedValue({} as never);
  }

  private async run(statement: string): Promise<void> {
    await this.client.$executeRawUnsafe(statement);
  }
}

type Stopped = Partial<OnModuleDestroy & BeforeApplicationShutdown>;

/** Whoever may have something to stop when the service ends. */
function timersOf(app: TestApp): Stopped[] {
  const providers = [...app.nest.get(ModulesContainer).values()].flatMap((module) => [...module.providers.values()]);
  const instances = new Set(providers.map(({ instance }) => instance as Stopped | null));
  return [...instances].filter((instance) => instance !== null && typeof instance === 'object');
}
