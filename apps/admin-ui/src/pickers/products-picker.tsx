import { MultiSelect } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { useTyping } from './entity-picker.js';

interface ProductsPickerProps {
  label: string;
  value: string[];
  onChange: (ids: string[]) => void;
  error?: ReactNode;
}

/** Some of however many products there are: the service searches while one types. */
export function ProductsPicker({ value, onChange, ...props }: ProductsPickerProps) {
  const { t } = useTranslation();
  const typing = useTyping(undefined);
  const { data, isFetching } = api.useQuery('get', '/v1/user-management/admin/products', { params: { query: typing.query } });
  const offered = new Map(data?.items.map(({ id, name }) => [id, name]));
  // What was picked keeps its name when another search no longer offers it.
  const [picked, setPicked] = useState<ReadonlyMap<string, string>>(new Map());
  const nameOf = (id: string) => offered.get(id) ?? picked.get(id) ?? id;
  return (
    <MultiSelect
      {...props}
      value={value}
      onChange={(ids) => {
        setPicked(new Map(ids.map((id) => [id, nameOf(id)])));
        onChange(ids);
      }}
      searchable
      hidePickedOptions
      data={[...new Set([...value, ...(typing.isSettled ? offered.keys() : [])])].map((id) => ({ value: id, label: nameOf(id) }))}
      searchValue={typing.typed}
      onSearchChange={typing.setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t(isFetching || !typing.isSettled ? 'waiting' : 'none')}
    />
  );
}
