import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { Page } from '../../shell/page.js';
import { PlatformCreation } from '../../shell/platform-creation.js';
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
    <Page title={t('pages.products')} note={products.data && t('products.count', { count: products.data.total })} actions={<PlatformCreation label={t('products.new.title')} form={NewProduct} />}>
      <SearchField
        description={t('products.searchHint')}
        value={search.search}
        onSearch={(text) => void navigate({ search: text === undefined ? {} : { search: text }, replace: true })}
      />
      <NumberedList of={products} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('products.empty')}>
        {(items) => <ProductTable products={items} />}
      </NumberedList>
    </Page>
  );
}
