import { keepPreviousData } from '@tanstack/react-query';
import { api } from './client.js';

interface TellsOfPeople {
  actor: { type: string; id: string };
  target: { type: string; id: string | null };
  impersonator_id: string | null;
}

/** The users whom an entry of the audit trail names. */
export function peopleOf({ actor, target, impersonator_id: impersonator }: TellsOfPeople): string[] {
  const people = [actor.type === 'user' ? actor.id : null, target.type === 'user' ? target.id : null, impersonator];
  return people.filter((id) => id !== null);
}

/** Names change seldom, and are looked up for every page of a list. */
const FRESH_MS = 60_000;

/** Actors that are no users may be called anything, which the service would refuse. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What these users are called, all asked for at once; whoever is gone or out of reach keeps their id for a name. */
export function useUserNames(ids: string[]): (id: string) => string {
  const wanted = [...new Set(ids)].filter((id) => ID.test(id)).sort();
  const { data } = api.useQuery(
    'get',
    '/v1/user-management/admin/users',
    { params: { query: { ids: wanted.join(','), limit: '100', with_total: 'false' } } },
    { enabled: wanted.length > 0, staleTime: FRESH_MS, placeholderData: keepPreviousData },
  );
  const names = new Map(data?.items.map(({ id, display_name: name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
