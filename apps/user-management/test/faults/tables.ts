import type { Connection } from '../../src/platform/database/engines/connection.js';
import { describeUser } from './event-model.js';

/** A user as the tables have them. */
export interface UserRow {
  id: string;
  externalId: string | null;
  email: string;
  displayName: string;
  status: string;
  /** Status, memberships and products in the words of `describeUser`. */
  description: string;
}

export interface OutboxRow {
  id: string;
  sequence: number | null;
  type: string;
  userId: string | null;
  publishedAt: Date | null;
}

/** All that the checker reads of the database. */
export interface Tables {
  users: UserRow[];
  accounts: { subject: string; userId: string | null; blocked: boolean }[];
  jobs: { userId: string; kind: string; state: string; error: string | null; createdAt: Date }[];
  /** In the order of their numbers, those without one last. */
  outbox: OutboxRow[];
  audit: { requestId: string | null; action: string; targetId: string | null }[];
}

export async function readTables({ prisma }: Pick<Connection, 'prisma'>): Promise<Tables> {
  const accounts = await prisma.mockAccount.findMany({ select: { subject: true, userId: true, blocked: true } });
  const jobs = await prisma.identityJob.findMany({ select: { userId: true, kind: true, state: true, error: true, createdAt: true } });
  const audit = await prisma.auditEntry.findMany({ select: { requestId: true, action: true, targetId: true } });
  return { users: await readUsers(prisma), accounts, jobs, audit, outbox: await readOutbox(prisma) };
}

async function readUsers(prisma: Connection['prisma']): Promise<UserRow[]> {
  const users = await prisma.user.findMany({ include: { memberships: { include: { role: true, products: true } } } });
  return users.map(({ id, externalId, email, displayName, status, memberships }) => {
    const held = memberships.map((one) => [one.id, { role: one.role.key, products: new Set(one.products.map(({ productId }) => productId)) }] as const);
    return { id, externalId, email, displayName, status, description: describeUser({ status, memberships: new Map(held) }) };
  });
}

async function readOutbox(prisma: Connection['prisma']): Promise<OutboxRow[]> {
  const select = { id: true, sequence: true, type: true, userId: true, publishedAt: true };
  const rows = await prisma.outboxEvent.findMany({ select });
  const numbered = rows.map((row) => ({ ...row, sequence: row.sequence === null ? null : Number(row.sequence) }));
  return numbered.sort((a, b) => (a.sequence ?? Infinity) - (b.sequence ?? Infinity));
}
