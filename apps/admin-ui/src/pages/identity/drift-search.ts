import type { paths } from '../../api/generated/service.js';
import { countIn, given, oneOf, textIn } from '../../shell/address.js';

type Answer<Path extends keyof paths> = paths[Path] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } } ? Body : never;

export type Status = Answer<'/v1/user-management/admin/identity/status'>;
export type Scan = Answer<'/v1/user-management/admin/identity/drift/scans/{id}'>;
export type Repair = Answer<'/v1/user-management/admin/identity/drift/repairs/{id}'>;
export type DriftItem = Answer<'/v1/user-management/admin/identity/drift'>['items'][number];
export type Kind = DriftItem['kind'];
export type State = DriftItem['state'];
export type Direction = Repair['direction'];

export const KINDS: readonly Kind[] = ['missing_there', 'missing_here', 'blocked_differs', 'email_differs', 'claims_differ'];
export const STATES: readonly State[] = ['open', 'repaired', 'gone'];

/** Which differences are shown, and the repair of many that is watched; all of it stands in the address. */
export interface DriftSearch {
  kind?: Kind;
  state?: State;
  page?: number;
  repair?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readDriftSearch(address: Record<string, unknown>): DriftSearch {
  return given({ kind: oneOf(KINDS, address.kind), state: oneOf(STATES, address.state), page: countIn(address.page), repair: textIn(address.repair) });
}
