import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readUserPageSearch } from './user-search.js';

export const userRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users/$id',
    validateSearch: readUserPageSearch,
    component: lazyRouteComponent(() => import('./user-page.js'), 'UserPage'),
  }),
] as const;
