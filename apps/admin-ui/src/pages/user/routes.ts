import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const userRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/users/$id',
    component: lazyRouteComponent(() => import('./user-page.js'), 'UserPage'),
  }),
] as const;
