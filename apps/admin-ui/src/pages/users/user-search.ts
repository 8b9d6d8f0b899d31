import { USER_STATUSES, USER_TYPES, type UserStatus, type UserType } from '@sa-platform/contracts';

export const SORTS = ['created_at', '-created_at', 'email', '-email', 'display_name', '-display_name'] as const;
export type Sort = (typeof SORTS)[number];

/** What the list shows; all of it stands in the address, so that it can be passed on. */
export interface UserSearch {
  search?: string;
  status?: UserStatus;
  user_type?: UserType;
  sort?: Sort;
  cursor?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readUserSearch(given: Record<string, unknown>): UserSearch {
  const { search, cursor } = given;
  const status = among(USER_STATUSES, given.status);
  const userType = among(USER_TYPES, given.user_type);
  const sort = among(SORTS, given.sort);
  return {
    ...(typeof search === 'string' && search !== '' ? { search } : {}),
    ...(status === undefined ? {} : { status }),
    ...(userType === undefined ? {} : { user_type: userType }),
    ...(sort === undefined ? {} : { sort }),
    ...(typeof cursor === 'string' && cursor !== '' ? { cursor } : {}),
  };
}

function among<Value extends string>(known: readonly Value[], value: unknown): Value | undefined {
  return known.find((candidate) => candidate === value);
}
