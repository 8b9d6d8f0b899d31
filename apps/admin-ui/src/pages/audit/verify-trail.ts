import { http } from '../../api/client.js';
import type { paths } from '../../api/generated/service.js';
import type { AuditFilter } from './audit-search.js';

type Answer = paths['/v1/user-management/admin/audit/verify']['get']['responses'][200]['content']['application/json'];
type Chain = Answer['chains'][number];
export type Broken = Pick<Chain, 'organisation_id'> & NonNullable<Chain['broken']>;

/** What was found so far; `heads` are the newest entries of each chain, for writing down elsewhere. */
export interface Verified {
  entries: number;
  chains: number;
  broken: Broken[];
  heads: Record<string, Chain['head']>;
  isOver: boolean;
}

const NOTHING: Verified = { entries: 0, chains: 0, broken: [], heads: {}, isOver: false };
/** How the platform's own chain is called among the heads; no organisation's id has a colon. */
const PLATFORM = ':platform';

/** Answer by answer, each from where the one before ended. */
export async function* verifyTrail(scope: Pick<AuditFilter, 'organisation_id' | 'scope'>, signal: AbortSignal): AsyncGenerator<Verified> {
  let found = NOTHING;
  let cursor: string | null = null;
  do {
    const query: typeof scope & { cursor?: string } = { ...scope, ...(cursor === null ? {} : { cursor }) };
    const { data } = await http.GET('/v1/user-management/admin/audit/verify', { params: { query }, signal });
    if (!data) throw new Error('the answer is empty');
    cursor = data.next_cursor;
    found = add(found, data);
    yield found;
  } while (cursor !== null);
}

/** A chain that one answer left unfinished comes again in the next. */
function add(found: Verified, { entries, chains, next_cursor: next }: Answer): Verified {
  const broken = chains.flatMap(({ organisation_id, broken: link }) => (link === null ? [] : [{ organisation_id, ...link }]));
  const heads = { ...found.heads, ...Object.fromEntries(chains.map(({ organisation_id: id, head }) => [id ?? PLATFORM, head])) };
  return { entries: found.entries + entries, chains: Object.keys(heads).length, broken: [...found.broken, ...broken], heads, isOver: next === null };
}
