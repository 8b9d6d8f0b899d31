import { Select, SimpleGrid } from '@mantine/core';
import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { ProductPicker } from '../../pickers/product-picker.js';
import { useMay } from '../../session/me.js';
import { SearchField } from '../../shell/search-field.js';
import type { UserSearch } from './user-search.js';

const route = getRouteApi('/users');

export function UserFilters({ search }: { search: UserSearch }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = route.useNavigate();
  const set = (change: Partial<Record<keyof UserSearch, string | undefined>>) =>
    void navigate({ search: ({ cursor: _cursor, ...before }) => ({ ...before, ...change }) as UserSearch, replace: true });
  const pick = (name: keyof UserSearch) => ({
    placeholder: t('all'),
    clearable: true,
    value: search[name] ?? null,
    onChange: (value: string | null) => set({ [name]: value ?? undefined }),
  });
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <SearchField value={search.search} onSearch={(text) => set({ search: text })} />
      {may.anywhere('admin:organisations:read') && <OrganisationPicker label={t('users.organisation')} {...pick('organisation_id')} />}
      {may.anywhere('admin:products:read') && <ProductPicker label={t('users.product')} {...pick('product_id')} />}
      <Select label={t('users.status')} {...pick('status')} data={USER_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))} />
      <Select label={t('users.type')} {...pick('user_type')} data={USER_TYPES.map((value) => ({ value, label: t(`type.${value}`) }))} />
    </SimpleGrid>
  );
}
