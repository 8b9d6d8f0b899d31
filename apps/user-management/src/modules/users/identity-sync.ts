import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Delivery, MembershipView } from '@sa-platform/contracts';
import { IdentityProviderError, type IdentityClaims, type IdentityUser } from '@sa-platform/identity-provider';
import { Database } from '../../platform/database/database.js';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { ContextVersion } from '../context/context-version.js';
import { IdentityService } from '../identity/identity.service.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { UserWriter } from './user-writer.js';
import { UsersRepository, type User } from './users.repository.js';

const EVERY_MS = 15_000;
const BATCH = 20;

/**
 * Carries what our database says of a user to the identity provider. A change marks the user `pending` in its own
 * transaction and calls this right after the commit; what fails or was cut off is taken up again by a timer, on any
 * replica. Repeating is safe: an account is found again by the mark that its creation carried.
 */
@Injectable()
export class IdentitySync implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(IdentitySync.name);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly writer: UserWriter,
    private readonly identity: IdentityService,
    private readonly memberships: MembershipsService,
    private readonly versions: ContextVersion,
  ) {}

  get providerName(): string {
    return this.identity.provider.name;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.retryPending(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /**
   * Creates the account of a new user.
   *
   * @returns the temporary password when the delivery asks for one
   * @throws IdentityProviderError when the provider did not do it, or may not have
   */
  async provision(userId: string, delivery: Delivery, emailVerified: boolean): Promise<string | null> {
    const user = await this.users.find(userId);
    if (user === null) return null;
    const claims = await this.claimsOf(user);
    const { email, displayName, phone } = user;
    const created = await this.identity.provider
      .createUser({ userId, email, displayName, phone, emailVerified, delivery, claims })
      .catch((error: unknown) => this.findOwnAccount(user, error));
    await this.link(userId, created.externalId);
    return created.temporaryPassword;
  }

  /** Brings the provider up to date; a failure leaves the user `pending` with its reason, never an error. */
  async sync(userId: string): Promise<void> {
    try {
      const user = await this.users.find(userId);
      if (user === null) return;
      if (user.externalId === null) await this.provision(userId, 'invite', false);
      else await this.push(user, user.externalId);
    } catch (error) {
      await this.noteFailure(userId, error);
    }
  }

  /** Writes why the provider is behind, for administrators to see. */
  async noteFailure(userId: string, error: unknown): Promise<void> {
    const reason = error instanceof IdentityProviderError ? error.failure : 'internal';
    this.logger.warn(`identity of user ${userId} is behind: ${reason}`);
    const isFinal = reason === 'conflict' || reason === 'rejected';
    await this.users.update(userId, { identityState: isFinal ? 'failed' : 'pending', identityError: reason });
  }

  /**
   * Deletes the account that an unfinished creation may have left at the provider. When the provider can't even be asked,
   * an account with our mark may stay there: nobody here, so it may do nothing, and the drift scan shows it.
   */
  async removeAccount(userId: string, email: string): Promise<void> {
    try {
      const own = await this.findMarked(userId, email);
      if (own) await this.identity.provider.delete(own.externalId);
    } catch (error) {
      if (!(error instanceof IdentityProviderError)) throw error;
      this.logger.warn(`the account of user ${userId}, whose creation was undone, may be left: ${error.failure}`);
    }
  }

  private async retryPending(): Promise<void> {
    try {
      for (const userId of await this.users.listUnsynced(new Date(Date.now() - EVERY_MS), BATCH)) await this.sync(userId);
    } catch (error) {
      this.logger.warn(`identity sync waits: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }

  private async push(user: User, externalId: string): Promise<void> {
    const { provider } = this.identity;
    await provider.updateProfile(externalId, { displayName: user.displayName, phone: user.phone });
    await provider.setClaims(externalId, await this.claimsOf(user));
    if (user.status === 'suspended' || user.status === 'deactivated') {
      await provider.disable(externalId);
      await provider.revokeSessions(externalId);
    } else {
      await provider.enable(externalId);
    }
    await this.database.transaction(async () => {
      await this.versions.lock(user.id);
      const now = await this.users.find(user.id);
      const isUnchanged = now?.status === user.status && now.displayName === user.displayName && now.phone === user.phone;
      if (isUnchanged) await this.users.update(user.id, { identityState: 'synced', identityError: null });
    });
  }

  private async link(userId: string, externalId: string): Promise<void> {
    await this.database.transaction(async () => {
      await this.versions.lock(userId);
      const changes = { externalId, identityState: 'synced' as const, identityError: null };
      await this.writer.change(userId, changes, ['external_id'], SYSTEM_ACTOR);
    });
  }

  /** A conflict is ours when the account carries our mark: an earlier attempt got through without our hearing of it. */
  private async findOwnAccount(user: User, error: unknown): Promise<{ externalId: string; temporaryPassword: null }> {
    const mayExist = error instanceof IdentityProviderError && (error.failure === 'conflict' || error.outcome === 'unknown');
    if (!mayExist) throw error;
    const own = await this.findMarked(user.id, user.email).catch(() => undefined);
    if (!own) throw error;
    return { externalId: own.externalId, temporaryPassword: null };
  }

  /** The account that carries our mark, whoever else shares the e-mail. */
  private async findMarked(userId: string, email: string): Promise<IdentityUser | undefined> {
    const accounts = await this.identity.provider.findByEmail(email);
    return accounts.find((account) => account.userId === userId);
  }

  private async claimsOf(user: User): Promise<IdentityClaims> {
    const memberships: MembershipView[] = await this.memberships.reader.listOf([user.id], 'platform');
    return {
      user_type: user.userType,
      status: user.status,
      roles: [...new Set(memberships.map(({ role }) => role.key))].sort(),
      organisations: [...new Set(memberships.map((membership) => membership.organisation_id))].sort(),
    };
  }
}
