import type { EventType } from '@sa-platform/contracts';
import { findingsOf, type Finding } from './findings.js';
import type { KnownUser, Ledger } from './ledger.js';
import type { Tables } from './tables.js';

/** The age that a job may have. */
const JOBS_DONE_WITHIN_MS = 30_000;
const IS_OUT = ['suspended', 'deactivated'];

/** I1: one account for each user and one user for each account, but for those whose job is younger than 30 s. */
export function checkAccounts({ users, accounts, jobs }: Tables, nowMs = Date.now()): Finding[] {
  const bySubject = new Map(accounts.map((account) => [account.subject, account]));
  const owned = new Set(users.map(({ externalId }) => externalId));
  const waiting = new Set(jobs.map(({ userId }) => userId));
  const isOld = ({ createdAt }: Tables['jobs'][number]) => nowMs - createdAt.getTime() > JOBS_DONE_WITHIN_MS;
  return findingsOf('I1', [
    ...jobs.filter(isOld).map(({ kind, state, error }) => `a job is left: ${kind}, ${state}, ${error ?? 'no error'}`),
    ...accounts.filter(({ subject, userId }) => !owned.has(subject) && !waiting.has(userId ?? '')).map(() => 'an account belongs to nobody'),
    ...users.filter(({ id }) => !waiting.has(id)).flatMap(({ id, externalId, status }) => {
      const account = externalId === null ? undefined : bySubject.get(externalId);
      if (!account) return [`a user has no account: ${status}`];
      if (account.userId !== id) return ['an account carries the mark of another user'];
      return account.blocked === IS_OUT.includes(status) ? [] : [`the account of a user who is ${status} is ${account.blocked ? '' : 'not '}blocked`];
    }),
  ]);
}

/** I2: what was answered 2xx is in the tables, in the audit log and in the outbox, numbered and published. */
export function checkAcknowledged(ledger: Ledger, tables: Tables): Finding[] {
  const { users, outbox } = tables;
  const rows = new Map(users.map((user) => [user.id, user]));
  const ids = new Set(outbox.map(({ id }) => id));
  return findingsOf('I2', [
    ...[...ledger.users.values()].flatMap((known) => compare(known, rows.get(known.id))),
    ...checkAudit(ledger, tables),
    ...checkEvents(ledger, tables),
    ...checkImported(ledger, tables),
    ...[...ledger.written].filter((id) => !ids.has(id)).map(() => 'an event that was committed is gone'),
    ...outbox.filter(({ sequence }) => sequence === null).map(({ type }) => `${type} in the outbox has no number`),
    ...outbox.filter(({ sequence, publishedAt }) => sequence !== null && publishedAt === null).map(({ type }) => `${type} in the outbox is not published`),
  ]);
}

function compare(known: KnownUser, row: Tables['users'][number] | undefined): string[] {
  if (!row) return ['a user who was acknowledged is gone'];
  const held = [...known.memberships.values()].map(({ id, role, products }) => `${id} ${role} ${[...products].sort().join('+')}`);
  const description = [known.status, ...held.sort()].join('; ');
  return [
    ...(row.displayName === known.displayName ? [] : [`an acknowledged name is gone: ${known.displayName} was answered, ${row.displayName} is there`]),
    ...(row.description === description ? [] : [`an acknowledged change is gone: ${description} was answered, ${row.description} is there`]),
  ];
}

/** A repeated answer has a request of its own; its first one is found by whom it was about. */
function checkAudit({ promised }: Ledger, { audit }: Tables): string[] {
  const requests = new Set(audit.map(({ requestId, action }) => `${requestId ?? ''} ${action}`));
  const targets = new Set(audit.map(({ targetId, action }) => `${targetId ?? ''} ${action}`));
  const isThere = ({ requestId, audit: action, userId, isReplayed }: Ledger['promised'][number]) =>
    isReplayed ? action.startsWith('MEMBERSHIP') || action.startsWith('PRODUCT') || targets.has(`${userId} ${action}`) : requests.has(`${requestId} ${action}`);
  return promised.filter((one) => !isThere(one)).map(({ audit: action }) => `${action} was answered and is not in the audit log`);
}

function checkImported({ imported }: Ledger, { users, outbox, audit }: Tables): string[] {
  const ids = new Map(users.map(({ email, id }) => [email, id]));
  const told = new Set([...outbox.map(({ userId, type }) => `${userId ?? ''} ${type}`), ...audit.map(({ targetId, action }) => `${targetId ?? ''} ${action}`)]);
  return imported.flatMap((email) => {
    const id = ids.get(email);
    if (id === undefined) return ['a row of an accepted import is nobody'];
    const missing = ['users.created', 'users.membership.added', 'users.product.granted', 'USER_CREATED'].filter((what) => !told.has(`${id} ${what}`));
    return missing.map((what) => `nothing tells of a user who was imported: ${what}`);
  });
}

/** As many events of a type as were promised; more only where the end of a request is not known. */
function checkEvents({ promised, users }: Ledger, { outbox }: Tables): string[] {
  const keyOf = (userId: string | null, type: string) => `${userId ?? ''} ${type}`;
  const expected = countBy(promised.flatMap(({ userId, events }) => events.map((type) => keyOf(userId, type))));
  const found = countBy(outbox.map(({ userId, type }) => keyOf(userId, type)));
  return [...expected].flatMap(([key, count]) => {
    const [userId = '', type = ''] = key.split(' ');
    const most = count + (users.get(userId)?.uncertain.get(type as EventType) ?? 0);
    const there = found.get(key) ?? 0;
    if (there < count) return [`${count - there} ${type} of a user were answered and are not in the outbox`];
    // Those of `users.updated` tell of accounts as well.
    return there > most && users.has(userId) && type !== 'users.updated' ? [`${there - most} ${type} of a user are in the outbox too often`] : [];
  });
}

function countBy(keys: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
