import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const productRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/products',
    component: lazyRouteComponent(() => import('./products-page.js'), 'ProductsPage'),
  }),
] as const;
