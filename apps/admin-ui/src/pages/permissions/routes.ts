import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const permissionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/permissions',
    component: lazyRouteComponent(() => import('./permissions-page.js'), 'PermissionsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/permissions/$permission',
    component: lazyRouteComponent(() => import('./permission-page.js'), 'PermissionPage'),
  }),
] as const;
