import { Injectable } from '@nestjs/common';
import type { IdentityState, UserStatus, UserType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { canonicalEmail } from './canonical-email.js';
import { searchTextOf } from './search-text.js';

const INCLUDE = { practitionerProfile: true, patientAccount: true } as const;
type Row = Prisma.UserGetPayload<{ include: typeof INCLUDE }>;

export interface Practitioner {
  registrationCouncil: string | null;
  registrationNumber: string | null;
  title: string | null;
  speciality: string | null;
  qualifications: string | null;
  validFrom: Date | null;
  validUntil: Date | null;
}

export interface User {
  id: string;
  externalId: string | null;
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  phone: string | null;
  locale: string | null;
  timeZone: string | null;
  preferredChannel: 'email' | 'phone';
  identityState: IdentityState;
  identityError: string | null;
  createdAt: Date;
  updatedAt: Date;
  practitionerProfile: Practitioner | null;
  patientAccount: { clinicalPatientId: string | null } | null;
}

export interface NewUser {
  id: string;
  externalId?: string | null;
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  phone?: string | null;
  identityState: IdentityState;
}

export type UserChanges = Partial<
  Pick<User, 'externalId' | 'displayName' | 'userType' | 'status' | 'phone' | 'locale' | 'timeZone' | 'preferredChannel' | 'identityState' | 'identityError'>
>;

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<User | null> {
    return this.findWhere({ id });
  }

  async findByExternalId(externalId: string): Promise<User | null> {
    return this.findWhere({ externalId });
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.findWhere({ emailCanonical: canonicalEmail(email) });
  }

  async insert(user: NewUser): Promise<void> {
    await this.database.client.user.create({
      data: { ...user, emailCanonical: canonicalEmail(user.email), searchText: searchTextOf(user.email, user.displayName) },
      select: { id: true },
    });
  }

  /** Writes only what is given; the version is raised by `ContextVersion`. */
  async update(id: string, changes: UserChanges): Promise<void> {
    const { displayName } = changes;
    const searchText = displayName === undefined ? {} : { searchText: await this.searchText(id, displayName) };
    await this.database.client.user.update({ where: { id }, data: { ...changes, ...searchText }, select: { id: true } });
  }

  async delete(id: string): Promise<void> {
    await this.database.client.user.delete({ where: { id }, select: { id: true } });
  }

  async savePractitioner(userId: string, profile: Partial<Practitioner>): Promise<void> {
    await this.database.client.practitionerProfile.upsert({
      where: { userId },
      create: { userId, ...profile },
      update: profile,
    });
  }

  async savePatient(userId: string, account: { clinicalPatientId?: string | null }): Promise<void> {
    await this.database.client.patientAccount.upsert({ where: { userId }, create: { userId, ...account }, update: account });
  }

  /** Active platform admins other than this user; the caller holds the lock `platform_admins`. */
  async countOtherPlatformAdmins(userId: string): Promise<number> {
    return this.database.client.user.count({ where: { userType: 'admin', status: 'active', id: { not: userId } } });
  }

  /** Users whose account at the provider is behind since before that time, oldest first. */
  async listUnsynced(before: Date, limit: number): Promise<string[]> {
    const rows = await this.database.client.user.findMany({
      where: { identityState: 'pending', updatedAt: { lt: before } },
      orderBy: { updatedAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  private async findWhere(where: Prisma.UserWhereUniqueInput): Promise<User | null> {
    const row = await this.database.client.user.findUnique({ where, include: INCLUDE });
    return row && toUser(row);
  }

  private async searchText(id: string, displayName: string): Promise<string> {
    const { email } = await this.database.client.user.findUniqueOrThrow({ where: { id }, select: { email: true } });
    return searchTextOf(email, displayName);
  }
}

function toUser(row: Row): User {
  const { version: _version, emailCanonical: _emailCanonical, searchText: _searchText, ...user } = row;
  return {
    ...user,
    userType: row.userType as UserType,
    status: row.status as UserStatus,
    preferredChannel: row.preferredChannel as User['preferredChannel'],
    identityState: row.identityState as IdentityState,
  };
}
