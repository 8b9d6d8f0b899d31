import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Loaded } from '../../shell/loaded.js';
import { PER_PAGE, toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { NumberedPaging } from '../../shell/paging.js';
import { SearchField } from '../../shell/search-field.js';
import { NewProduct } from './new-product.js';
import { PRODUCTS } from './product.js';
import { ProductTable } from './product-table.js';

const route = getRouteApi('/products');

/** What can be granted to a membership. */
export function ProductsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const products = api.useQuery('get', PRODUCTS, { params: { query: toPageQuery(search) } }, { placeholderData: keepPreviousData });
  return (
    <Page title={t('pages.products')} note={products.data && t('products.count', { count: products.data.total })} actions={<Create />}>
      <SearchField
        description={t('products.searchHint')}
        value={search.search}
        onSearch={(text) => void navigate({ search: text === undefined ? {} : { search: text }, replace: true })}
      />
      <Loaded of={products} empty={t('products.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <ProductTable products={items} />}
      </Loaded>
      <NumberedPaging
        page={search.page ?? 1}
        total={products.data?.total ?? 0}
        perPage={PER_PAGE}
        onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })}
      />
    </Page>
  );
}

/** Products are the platform's to make. */
function Create() {
  const { t } = useTranslation();
  const may = useMay();
  const [isOpen, { open, close }] = useDisclosure();
  if (!may.platformAdmin) return null;
  return (
    <>
      <Button onClick={open}>{t('products.new.title')}</Button>
      <NewProduct opened={isOpen} onClose={close} />
    </>
  );
}
