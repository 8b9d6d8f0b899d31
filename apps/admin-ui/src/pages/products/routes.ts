import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { readNumberedSearch } from '../../shell/numbered-search.js';
import { rootRoute } from '../../shell/root-route.js';

export const productRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/products',
    validateSearch: readNumberedSearch,
    component: lazyRouteComponent(() => import('./products-page.js'), 'ProductsPage'),
  }),
] as const;
