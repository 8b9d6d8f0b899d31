import { Injectable } from '@nestjs/common';
import type { EventActor, UserStatus, UserType } from '@sa-platform/contracts';
import { IdentityQueue } from '../identity/identity-queue.js';
import type { AddMembershipDto } from '../memberships/memberships.dto.js';
import { MembershipWriter } from '../memberships/membership-writer.js';
import { UserAudit } from './user-audit.js';
import { UserWriter } from './user-writer.js';
import { UsersRepository } from './users.repository.js';

export interface UserToSeed {
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  externalId?: string;
  memberships: AddMembershipDto[];
}

/** Users that a boot makes, not a person. */
@Injectable()
export class SeedUsers {
  constructor(
    private readonly users: UsersRepository,
    private readonly writer: UserWriter,
    private readonly audit: UserAudit,
    private readonly memberships: MembershipWriter,
    private readonly queue: IdentityQueue,
  ) {}

  /** @returns the id of the person who became the first platform admin; null when there is one already */
  async ensureFirstAdmin(email: string, actor: EventActor): Promise<string | null> {
    if ((await this.users.countOtherPlatformAdmins('')) > 0) return null;
    const user = await this.users.findByEmail(email);
    if (user === null) {
      const userId = await this.writer.create({ email, displayName: email, userType: 'admin', status: 'active' }, actor);
      await this.queue.request(userId);
      await this.audit.created(userId, { action: 'USER_CREATED', actor });
      return userId;
    }
    await this.audit.change(user.id, { action: 'USER_TYPE_CHANGED', actor }, () =>
      this.writer.changeType(user, { userType: 'admin', status: 'active' }, actor),
    );
    return user.id;
  }

  /** Creates the user unless the e-mail is somebody's. @returns the id of a user who is new */
  async ensureUser(seed: UserToSeed, actor: EventActor): Promise<string | null> {
    if ((await this.users.findByEmail(seed.email)) !== null) return null;
    const { memberships, ...user } = seed;
    const userId = await this.writer.create(user, actor);
    await this.queue.request(userId);
    for (const membership of memberships) await this.memberships.add(userId, membership, null, actor);
    await this.audit.created(userId, { action: 'USER_CREATED', actor });
    return userId;
  }
}
