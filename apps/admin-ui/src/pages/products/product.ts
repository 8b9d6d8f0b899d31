import type { paths } from '../../api/generated/service.js';

export const PRODUCTS = '/v1/user-management/admin/products';

export type ListedProduct = paths[typeof PRODUCTS]['get']['responses'][200]['content']['application/json']['items'][number];
export type Product = Omit<ListedProduct, 'grant_count'>;
