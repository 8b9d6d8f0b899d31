import { Button, Group, Pagination } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/**
 * Next and previous by cursor: as quick on the thousandth page as on the first. The page is in the address, the ways back in
 * the history's state.
 * @param cursor of the page that is looked at; not set on the first
 * @param next the cursor that the service answered; null on the last page
 */
export function CursorPaging({ cursor, next }: { cursor: string | undefined; next: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const trail = useLocation({ select: ({ state }) => state.trail ?? [] });
  if (next === null && cursor === undefined) return null;
  const turnTo = (page: string | null, pagesBefore: (string | null)[]) =>
    void navigate({
      to: '.',
      search: (({ cursor: _cursor, ...rest }: Record<string, unknown>) => (page === null ? rest : { ...rest, cursor: page })) as never,
      state: { trail: pagesBefore },
    });
  return (
    <Group justify="flex-end">
      <Button variant="default" disabled={cursor === undefined} onClick={() => turnTo(trail.at(-1) ?? null, trail.slice(0, -1))}>
        {t('paging.previous')}
      </Button>
      <Button variant="default" disabled={next === null} onClick={() => turnTo(next, [...trail, cursor ?? null])}>
        {t('paging.next')}
      </Button>
    </Group>
  );
}

interface NumberedPagingProps {
  /** From 1. */
  page: number;
  total: number;
  perPage: number;
  onTurn: (page: number) => void;
}

/** Numbered pages, for short lists whose service counts from an offset. */
export function NumberedPaging({ page, total, perPage, onTurn }: NumberedPagingProps) {
  const { t } = useTranslation();
  const pages = Math.ceil(total / perPage);
  if (pages <= 1) return null;
  return (
    <Group justify="flex-end" component="nav" aria-label={t('paging.label')}>
      <Pagination
        total={pages}
        value={page}
        onChange={onTurn}
        getControlProps={(control) => ({ 'aria-label': t(control === 'next' ? 'paging.next' : 'paging.previous') })}
      />
    </Group>
  );
}
