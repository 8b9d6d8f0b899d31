import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readDriftSearch } from './drift-search.js';

export const identityRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/identity',
    validateSearch: readDriftSearch,
    component: lazyRouteComponent(() => import('./identity-page.js'), 'IdentityPage'),
  }),
] as const;
