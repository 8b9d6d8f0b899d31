import { USER_STATUSES, USER_TYPES, type UserStatus, type UserType } from '@sa-platform/contracts';

export const SORTS = ['created_at', '-created_at', 'email', '-email', 'display_name', '-display_name'] as const;
export type Sort = (typeof SORTS)[number];

/** What the list shows; all of it stands in the address, so that it can be passed on. */
export interface UserSearch {
  search?: string;
  organisation_id?: string;
  product_id?: string;
  status?: UserStatus;
  user_type?: UserType;
  sort?: Sort;
  cursor?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readUserSearch(given: Record<string, unknown>): UserSearch {
  const status = among(USER_STATUSES, given.status);
  const userType = among(USER_TYPES, given.user_type);
  const sort = among(SORTS, given.sort);
  return {
    ...textOf('search', given),
    ...textOf('organisation_id', given),
    ...textOf('product_id', given),
    ...(status === undefined ? {} : { status }),
    ...(userType === undefined ? {} : { user_type: userType }),
    ...(sort === undefined ? {} : { sort }),
    ...textOf('cursor', given),
  };
}

/** The filters of a list that someone typed into the address by hand may look like numbers. */
function textOf<Name extends keyof UserSearch>(name: Name, given: Record<string, unknown>): Partial<Record<Name, string>> {
  const value = given[name];
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? ({ [name]: text } as Record<Name, string>) : {};
}

function among<Value extends string>(known: readonly Value[], value: unknown): Value | undefined {
  return known.find((candidate) => candidate === value);
}
