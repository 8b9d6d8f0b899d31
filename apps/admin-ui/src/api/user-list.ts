import { keepPreviousData } from '@tanstack/react-query';
import { api } from './client.js';
import type { paths } from './generated/service.js';

const PATH = '/v1/user-management/admin/users';

type UsersQuery = NonNullable<paths[typeof PATH]['get']['parameters']['query']>;

/** A page of users. It doesn't wait until somebody has counted them, so it is as quick however many there are. */
export function useUserPage(query: Omit<UsersQuery, 'with_total'>) {
  return api.useQuery('get', PATH, { params: { query: { ...query, with_total: 'false' } } }, { placeholderData: keepPreviousData });
}

/** How many users the filters let through; undefined until they are counted. */
export function useUserTotal(filter: Omit<UsersQuery, 'with_total' | 'limit' | 'offset' | 'cursor' | 'sort'>): number | undefined {
  const { data } = api.useQuery('get', PATH, { params: { query: { ...filter, limit: '1' } } }, { placeholderData: keepPreviousData });
  return data?.total;
}
