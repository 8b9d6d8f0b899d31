import { Code } from '@mantine/core';
import { api } from '../api/client.js';
import { PageAnchor } from './links.js';

const FRESH_MS = 60_000;

/** A user by name, who leads to their page; the bare id where there is nobody, or nobody who may be seen. */
export function PersonLink({ id }: { id: string }) {
  const person = api.useQuery('get', '/v1/user-management/admin/users/{id}', { params: { path: { id } } }, { staleTime: FRESH_MS, retry: false });
  if (!person.data) return <Code>{id}</Code>;
  return (
    <PageAnchor to="/users/$id" params={{ id }} inherit>
      {person.data.display_name}
    </PageAnchor>
  );
}
