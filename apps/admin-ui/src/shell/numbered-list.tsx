import type { ReactNode } from 'react';
import { Loaded } from './loaded.js';
import { PER_PAGE } from './numbered-search.js';
import { NumberedPaging } from './paging.js';

interface NumberedListProps<Item> {
  /** What `useQuery` answers. */
  of: { data: { items: Item[]; total: number } | undefined; error: unknown; refetch: () => unknown };
  /** From 1. */
  page?: number | undefined;
  onTurn: (page: number) => void;
  /** What is said when nothing fits. */
  empty: string;
  children: (items: Item[]) => ReactNode;
}

/** A short list of numbered pages. */
export function NumberedList<Item>({ of: query, page = 1, onTurn, empty, children }: NumberedListProps<Item>) {
  return (
    <>
      <Loaded of={query} empty={empty} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => children(items)}
      </Loaded>
      <NumberedPaging page={page} total={query.data?.total ?? 0} perPage={PER_PAGE} onTurn={onTurn} />
    </>
  );
}
