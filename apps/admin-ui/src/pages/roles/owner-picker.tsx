import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { useMay, useMe } from '../../session/me.js';

interface OwnerPickerProps {
  value?: string | null;
  onChange?: (organisationId: string | null) => void;
  error?: ReactNode;
}

/** Whose role it becomes: the platform's is every organisation's to use; an organisation's administrator makes their own. */
export function OwnerPicker({ value = null, onChange = () => undefined, error }: OwnerPickerProps) {
  const { t } = useTranslation();
  const may = useMay();
  const own = useOwnOrganisations();
  const shared = { label: t('roles.organisation'), value, onChange, error };
  if (may.platformAdmin) return <OrganisationPicker {...shared} placeholder={t('roles.everywhere')} description={t('roles.new.owner')} clearable />;
  return <Select {...shared} data={own} required allowDeselect={false} searchable />;
}

/** The organisation in which an administrator shapes roles, if there is one alone. */
export function useOnlyOwner(): string | null {
  const own = useOwnOrganisations();
  const { platformAdmin } = useMay();
  return !platformAdmin && own.length === 1 ? (own[0]?.value ?? null) : null;
}

function useOwnOrganisations(): { value: string; label: string }[] {
  const { data: me } = useMe();
  const writable = me?.memberships.filter(({ permissions }) => permissions.includes('admin:roles:write')) ?? [];
  return [...new Map(writable.map(({ organisation_id: value, organisation_name: label }) => [value, { value, label }])).values()];
}
