import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const organisationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/organisations',
    component: lazyRouteComponent(() => import('./organisations-page.js'), 'OrganisationsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/organisations/$id',
    component: lazyRouteComponent(() => import('./organisation-page.js'), 'OrganisationPage'),
  }),
] as const;
