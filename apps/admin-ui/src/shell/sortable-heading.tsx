import { Table, UnstyledButton } from '@mantine/core';

interface SortableHeadingProps {
  label: string;
  /** The field that the column shows. */
  by: string;
  /** The field that the list is sorted by, with `-` before it when descending. */
  sort: string;
  onSort: (sort: string) => void;
}

/** A column's heading that sorts by it, one way and then the other. */
export function SortableHeading({ label, by, sort, onSort }: SortableHeadingProps) {
  const isAscending = sort === by;
  const isDescending = sort === `-${by}`;
  return (
    <Table.Th aria-sort={isAscending ? 'ascending' : isDescending ? 'descending' : 'none'}>
      <UnstyledButton fw={600} fz="sm" onClick={() => onSort(isAscending ? `-${by}` : by)}>
        {label} <span aria-hidden>{isAscending ? '↑' : isDescending ? '↓' : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
}
