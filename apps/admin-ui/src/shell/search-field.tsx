import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

const TYPED_MS = 200;

interface SearchFieldProps extends Omit<TextInputProps, 'value' | 'defaultValue' | 'onChange'> {
  value: string | undefined;
  /** Called a moment after the last key; undefined when the field is empty. */
  onSearch: (text: string | undefined) => void;
}

/** Searches as one types. */
export function SearchField({ value, onSearch, ...props }: SearchFieldProps) {
  const { t } = useTranslation();
  const search = useDebouncedCallback((text: string) => onSearch(text || undefined), TYPED_MS);
  return <TextInput type="search" label={t('search')} defaultValue={value ?? ''} onChange={(event) => search(event.currentTarget.value)} {...props} />;
}
