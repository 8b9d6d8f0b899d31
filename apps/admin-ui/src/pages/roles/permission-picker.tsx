import { Fieldset, Input, SimpleGrid } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChosenPermissions } from './chosen-permissions.js';
import { OfferedPermissions } from './offered-permissions.js';

interface PermissionPickerProps {
  /** Sorted. */
  value?: string[];
  onChange: (permissions: string[]) => void;
  mayGive: (permission: string) => boolean;
  error?: ReactNode;
}

/** Some of however many permissions there are: what is offered on one side, what is chosen on the other. */
export function PermissionPicker({ value = [], onChange, mayGive, error }: PermissionPickerProps) {
  const { t } = useTranslation();
  const search = useRef<HTMLInputElement>(null);
  const without = (permission: string) => value.filter((other) => other !== permission);
  const remove = (permission: string) => onChange(without(permission));
  const choose = (permission: string, isChosen: boolean) => (isChosen ? onChange([...without(permission), permission].sort()) : remove(permission));
  return (
    <Fieldset legend={t('roles.permissions')}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <OfferedPermissions chosen={new Set(value)} onChoose={choose} mayGive={mayGive} searchRef={search} />
        <ChosenPermissions permissions={value} onRemove={remove} onEmpty={() => search.current?.focus()} />
      </SimpleGrid>
      {error !== undefined && error !== null && <Input.Error mt="sm">{error}</Input.Error>}
    </Fieldset>
  );
}
