import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readComparison, readRoleMode, readRoleSearch } from './role-search.js';

export const roleRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/roles',
    validateSearch: readRoleSearch,
    component: lazyRouteComponent(() => import('./roles-page.js'), 'RolesPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/roles/new',
    component: lazyRouteComponent(() => import('./new-role-page.js'), 'NewRolePage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/roles/compare',
    validateSearch: readComparison,
    component: lazyRouteComponent(() => import('./compare-roles-page.js'), 'CompareRolesPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/roles/$id',
    validateSearch: readRoleMode,
    component: lazyRouteComponent(() => import('./role-page.js'), 'RolePage'),
  }),
] as const;
