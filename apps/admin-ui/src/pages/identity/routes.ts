import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const identityRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/identity',
    component: lazyRouteComponent(() => import('./identity-page.js'), 'IdentityPage'),
  }),
] as const;
