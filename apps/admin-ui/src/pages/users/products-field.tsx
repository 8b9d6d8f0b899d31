import { MultiSelect } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { useTyping } from '../../pickers/entity-picker.js';

interface ProductsFieldProps {
  label: string;
  value: string[];
  onChange: (ids: string[]) => void;
  error?: ReactNode;
}

/** Some of however many products there are: the service searches while one types. */
export function ProductsField({ value, ...props }: ProductsFieldProps) {
  const { t } = useTranslation();
  const typing = useTyping(undefined);
  const { data, isFetching } = api.useQuery('get', '/v1/user-management/admin/products', { params: { query: typing.query } }, { placeholderData: keepPreviousData });
  // What was picked keeps its name when another search no longer offers it.
  const seen = useRef(new Map<string, string>());
  for (const { id, name } of data?.items ?? []) seen.current.set(id, name);
  const offered = data?.items.map(({ id }) => id) ?? [];
  return (
    <MultiSelect
      {...props}
      value={value}
      searchable
      hidePickedOptions
      data={[...new Set([...value, ...offered])].map((id) => ({ value: id, label: seen.current.get(id) ?? id }))}
      searchValue={typing.typed}
      onSearchChange={typing.setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t(isFetching ? 'waiting' : 'none')}
    />
  );
}
