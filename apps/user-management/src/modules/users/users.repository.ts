import { Injectable } from '@nestjs/common';
import type { UserStatus, UserType } from '@sa-platform/contracts';
import { among } from '../../platform/database/among.js';
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
  externalUsername: string | null;
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  phone: string | null;
  locale: string | null;
  timeZone: string | null;
  preferredChannel: 'email' | 'phone';
  erasedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  practitionerProfile: Practitioner | null;
  patientAccount: { clinicalPatientId: string | null } | null;
}

export interface NewUser {
  id: string;
  externalId?: string | null;
  externalUsername?: string | null;
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  phone?: string | null;
}

export type UserChanges = Partial<
  Pick<User, 'externalId' | 'externalUsername' | 'email' | 'displayName' | 'userType' | 'status' | 'phone' | 'locale' | 'timeZone' | 'preferredChannel'>
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

  /** Those of these canonical addresses whose user there is, locked in one order until the transaction ends. */
  async lockByEmails(emails: string[]): Promise<User[]> {
    const locked = await this.database.client.$queryRaw<{ id: string }[]>(
      Prisma.sql`SELECT id FROM users WHERE ${among(Prisma.sql`email_canonical`, emails)} ORDER BY id FOR UPDATE`,
    );
    if (locked.length === 0) return [];
    const rows = await this.database.client.user.findMany({ where: { id: { in: locked.map(({ id }) => id) } }, include: INCLUDE });
    return rows.map(toUser);
  }

  async insert(user: NewUser): Promise<void> {
    await this.database.client.user.create({ data: toRow(user), select: { id: true } });
  }

  async insertAll(users: NewUser[]): Promise<void> {
    await this.database.client.user.createMany({ data: users.map(toRow) });
  }

  /** Writes only what is given; the version is raised by `ContextVersion`. */
  async update(id: string, changes: UserChanges): Promise<void> {
    const { displayName, email } = changes;
    const isSearched = displayName !== undefined || email !== undefined;
    const searchText = isSearched ? { searchText: await this.searchText(id, changes) } : {};
    const emailCanonical = email === undefined ? {} : { emailCanonical: canonicalEmail(email) };
    await this.database.client.user.update({ where: { id }, data: { ...changes, ...emailCanonical, ...searchText }, select: { id: true } });
  }

  async delete(id: string): Promise<void> {
    await this.database.client.user.delete({ where: { id }, select: { id: true } });
  }

  /** Leaves the id, the type and the status; the address is one that no mail reaches and nobody else can have. */
  async erase(id: string): Promise<void> {
    const email = `erased-${id}@erased.invalid`;
    const displayName = 'Erased user';
    const nothing = { externalId: null, externalUsername: null, phone: null, locale: null, timeZone: null };
    const kept = { email, emailCanonical: canonicalEmail(email), displayName, searchText: searchTextOf(email, displayName) };
    const { externalId } = await this.database.client.user.findUniqueOrThrow({ where: { id }, select: { externalId: true } });
    await this.database.client.practitionerProfile.deleteMany({ where: { userId: id } });
    await this.database.client.patientAccount.deleteMany({ where: { userId: id } });
    // What scans have noted holds e-mails of both sides. Drift stands above users and can't be asked from here.
    await this.database.client.driftItem.deleteMany({ where: { OR: [{ userId: id }, ...(externalId === null ? [] : [{ externalId }])] } });
    await this.database.client.user.update({
      where: { id },
      data: { ...nothing, ...kept, preferredChannel: 'email', erasedAt: new Date() },
      select: { id: true },
    });
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

  private async findWhere(where: Prisma.UserWhereUniqueInput): Promise<User | null> {
    const row = await this.database.client.user.findUnique({ where, include: INCLUDE });
    return row && toUser(row);
  }

  private async searchText(id: string, changes: UserChanges): Promise<string> {
    const now = await this.database.client.user.findUniqueOrThrow({ where: { id }, select: { email: true, displayName: true } });
    return searchTextOf(changes.email ?? now.email, changes.displayName ?? now.displayName);
  }
}

function toRow(user: NewUser) {
  return { ...user, emailCanonical: canonicalEmail(user.email), searchText: searchTextOf(user.email, user.displayName) };
}

function toUser(row: Row): User {
  const { version: _version, emailCanonical: _emailCanonical, searchText: _searchText, ...user } = row;
  return {
    ...user,
    userType: row.userType as UserType,
    status: row.status as UserStatus,
    preferredChannel: row.preferredChannel as User['preferredChannel'],
  };
}
