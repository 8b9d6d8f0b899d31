import { isDeepStrictEqual } from 'node:util';
import type { Command } from './commands.js';
import { holdingsOf, isPlatformAdmin, membershipsOf, platformAdmins, tenantAdmins, type State } from './state.js';

/** A command that the service carried out: what was there before and what came of it. */
export interface Change {
  before: State;
  after: State;
  command: Command;
}

/** What DESIGN section 4 promises of every change, whatever was asked for: told apart from the rules of single commands. */
export const PROMISES = {
  'nobody ends with a permission that whoever gave it lacked': gainsBeyondGiver,
  'nothing of another organisation changes': changesBeyondReach,
  'the last administrators stay': lostAdministrators,
  'nobody deactivates, suspends or demotes themselves': harmToSelf,
} satisfies Record<string, (change: Change) => string[]>;

export type PromiseName = keyof typeof PROMISES;

/** @returns each promise that the change breaks, with what breaks it. Time breaks none: whoever was given an end leaves when it comes. */
export function brokenPromises(change: Change): { promise: PromiseName; how: string[] }[] {
  if (change.command.do === 'let it end') return [];
  const names = Object.keys(PROMISES) as PromiseName[];
  return names.map((promise) => ({ promise, how: PROMISES[promise](change) })).filter(({ how }) => how.length > 0);
}

/** What they hold, and what they would hold once they are active: both were given by whoever made the change. */
function gainsBeyondGiver({ before, after, command: { by } }: Change): string[] {
  const gains = [null, ...after.organisations].flatMap((organisation) => {
    const own = holdingsOf(before, by, organisation, 'now');
    return Object.keys(after.people).flatMap((name) =>
      (['now', 'ever'] as const).flatMap((when) => {
        const had = holdingsOf(before, name, organisation, when);
        const gained = [...holdingsOf(after, name, organisation, when)].filter((permission) => !had.has(permission));
        return gained.filter((permission) => !own.has(permission)).map((permission) => `${name} gains ${permission} in ${organisation ?? 'all'}`);
      }),
    );
  });
  return [...new Set(gains)];
}

function changesBeyondReach({ before, after, command: { by } }: Change): string[] {
  if (isPlatformAdmin(before, by)) return [];
  const may = (permission: string, organisation: string | null) => holdingsOf(before, by, organisation, 'now').has(permission);
  const foreign = (permission: string) => [...before.organisations, null].filter((organisation) => !may(permission, organisation));
  const within = <Thing extends { organisation: string | null }>(things: Record<string, Thing>, places: (string | null)[]) =>
    Object.fromEntries(Object.entries(things).filter(([, { organisation }]) => places.includes(organisation)));
  const isSame = (part: (state: State) => unknown) => isDeepStrictEqual(part(before), part(after));
  const noRoles = [...foreign('admin:roles:write').filter((place) => place !== null), null];
  return [
    ...(isSame(({ memberships }) => within(memberships, foreign('admin:users:write'))) ? [] : ['memberships']),
    ...(isSame(({ roles }) => within(roles, noRoles)) ? [] : ['roles']),
    ...(isSame(({ organisations, products }) => [organisations, products]) ? [] : ['organisations and products']),
    ...peopleBeyond({ before, after }, (organisation) => may('admin:users:write', organisation)),
  ];
}

/** People belong to each of their organisations: a change needs a say in all of them, and in one at least. */
function peopleBeyond({ before, after }: Pick<Change, 'before' | 'after'>, maySay: (organisation: string | null) => boolean): string[] {
  const isWithin = (state: State, name: string) => {
    const places = membershipsOf(state, name).map(({ organisation }) => organisation);
    return maySay(null) || (places.length > 0 && places.every(maySay));
  };
  return Object.keys(after.people).filter((name) => {
    const isSame = isDeepStrictEqual(before.people[name], after.people[name]);
    return !isSame && !isWithin(before.people[name] ? before : after, name);
  });
}

function lostAdministrators({ before, after }: Change): string[] {
  const nobodyLeft = platformAdmins(after).length === 0 ? ['the platform has no admin'] : [];
  const lost = before.organisations.flatMap((organisation) => {
    const [had, has] = [tenantAdmins(before, organisation), tenantAdmins(after, organisation)];
    const isLasting = ({ end }: { end: string }) => end === 'never';
    return [
      ...(had.length > 0 && has.length === 0 ? [`${organisation} has no tenant admin`] : []),
      ...(had.some(isLasting) && !has.some(isLasting) ? [`${organisation} has no tenant admin for good`] : []),
    ];
  });
  return [...nobodyLeft, ...lost];
}

function harmToSelf({ before, after, command: { by } }: Change): string[] {
  const [was, is] = [before.people[by], after.people[by]];
  const lost = [null, ...before.organisations].flatMap((organisation) => {
    const held = holdingsOf(after, by, organisation, 'now');
    return [...holdingsOf(before, by, organisation, 'now')].filter((permission) => !held.has(permission));
  });
  const own = (state: State) => membershipsOf(state, by).map(({ organisation, role, end }) => `${organisation} ${role} ${end}`);
  const kept = own(after);
  return [
    ...(was?.status === is?.status && was?.type === is?.type ? [] : ['status or type']),
    ...own(before).filter((membership) => !kept.includes(membership)),
    ...new Set(lost),
  ];
}
