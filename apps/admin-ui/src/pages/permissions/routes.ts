import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readHolderSearch, readPermissionSearch } from './permission-search.js';

export const permissionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/permissions',
    validateSearch: readPermissionSearch,
    component: lazyRouteComponent(() => import('./permissions-page.js'), 'PermissionsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/permissions/$permission',
    validateSearch: readHolderSearch,
    component: lazyRouteComponent(() => import('./permission-page.js'), 'PermissionPage'),
  }),
] as const;
