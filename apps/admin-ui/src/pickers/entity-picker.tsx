import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const TYPED_MS = 200;
/** So many are offered at once; the rest is found by typing. */
const OFFERED = 20;

export interface Choice {
  value: string;
  label: string;
}

export interface PickerProps {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  placeholder?: string;
  description?: string;
  clearable?: boolean;
  required?: boolean;
  disabled?: boolean;
  error?: ReactNode;
}

export interface Typing {
  typed: string;
  setTyped: (text: string) => void;
  /** What the service is asked for. */
  query: { limit: string; search?: string };
  /** Not while somebody types: what is offered then was found for another text. */
  isSettled: boolean;
}

/**
 * What is typed into a picker, a moment after the last key.
 * @param chosen the name that stands in the field when nothing is searched for
 */
export function useTyping(chosen: string | undefined): Typing {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, TYPED_MS);
  const isSearch = settled !== '' && settled !== chosen;
  return { typed, setTyped, query: { limit: String(OFFERED), ...(isSearch ? { search: settled } : {}) }, isSettled: typed === settled };
}

interface EntityPickerProps extends PickerProps {
  typing: Typing;
  offered: Choice[] | undefined;
  /** What is picked, which may not be among what is offered. */
  chosen: Choice | undefined;
  isFetching: boolean;
}

/**
 * One of however many there are: the service searches while one types. What is highlighted is known by its place in the list, so
 * the list stays as it is as long as one can choose from it: nothing is offered that was found for an earlier text.
 */
export function EntityPicker({ typing, offered = [], chosen, isFetching, ...props }: EntityPickerProps) {
  const { t } = useTranslation();
  const others = typing.isSettled ? offered.filter(({ value }) => value !== chosen?.value) : [];
  return (
    <Select
      {...props}
      searchable
      allowDeselect={false}
      data={chosen ? [chosen, ...others] : others}
      searchValue={typing.typed}
      onSearchChange={typing.setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={isFetching || !typing.isSettled ? t('waiting') : t('none')}
      {...(isFetching ? { rightSection: <Loader size="xs" /> } : {})}
    />
  );
}
