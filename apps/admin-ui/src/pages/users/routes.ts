import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readImportSearch } from './import-search.js';
import { readUserSearch } from './user-search.js';

export const usersRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users',
    validateSearch: readUserSearch,
    component: lazyRouteComponent(() => import('./users-page.js'), 'UsersPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users/new',
    component: lazyRouteComponent(() => import('./new-user-page.js'), 'NewUserPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users/import',
    validateSearch: readImportSearch,
    component: lazyRouteComponent(() => import('./import-page.js'), 'ImportPage'),
  }),
] as const;
