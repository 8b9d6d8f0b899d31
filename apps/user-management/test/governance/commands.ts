import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { End, MembershipRef } from './state.js';

/** A membership that is given along with something else. */
export interface Given {
  organisation: string;
  role: string;
  products: string[];
}

/** The same by the role's key, as approvals and imports name it. */
export interface GivenByKey {
  organisation: string;
  key: string;
}

/** What can be asked for, with its words. People, organisations, roles and products by their names. */
export interface Commands {
  'create user': { user: string; type: UserType; memberships: Given[] };
  rename: { user: string };
  'set status': { user: string; status: Exclude<UserStatus, 'pending'> };
  deactivate: { user: string };
  approve: { user: string; type: UserType; member: GivenByKey | null };
  'approve many': { users: string[] | 'all'; type: UserType; member: GivenByKey | null };
  'change type': { user: string; type: UserType };
  revoke: { user: string };
  erase: { user: string };
  'reset password': { user: string };
  'resend invitation': { user: string };
  'revoke sessions': { user: string };
  'sync identity': { user: string };
  'add membership': Given & { user: string; end: Exclude<End, 'over'> };
  'give role': MembershipRef & { to: string };
  'set end': MembershipRef & { end: Exclude<End, 'over'> };
  'remove membership': MembershipRef;
  'grant product': MembershipRef & { product: string };
  'take product': MembershipRef & { product: string };
  'create role': { organisation: string | null; key: string; permissions: string[] };
  'edit role': { role: string; permissions: string[] };
  'delete role': { role: string };
  'create organisation': { organisation: string };
  'create product': { product: string };
  'import row': { user: string; type: UserType; displayName: string | null; member: (GivenByKey & { products: string[] }) | null };
  /** Nobody's doing: time passes. */
  'let it end': MembershipRef;
}

export type Kind = keyof Commands;
export type CommandOf<K extends Kind> = Commands[K] & { do: K; by: string };
export type Command = { [K in Kind]: CommandOf<K> }[Kind];

/** What happened, and several ways in which it may go on: as many sequences, which begin alike. */
export interface Plot {
  history: Command[];
  ways: Command[];
}

/** One entry for each kind of command. */
export type ForEachKind<Rest extends unknown[], Result> = { [K in Kind]: (...args: [...Rest, CommandOf<K>]) => Result };

export function toText({ do: kind, by, ...words }: Command): string {
  const told = Object.entries(words).map(([word, value]) => `${word} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return kind === 'let it end' ? `time passes: ${told.join(', ')}` : `${by}: ${kind} (${told.join(', ')})`;
}
