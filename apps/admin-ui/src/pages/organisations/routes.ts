import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { readNumberedSearch } from '../../shell/numbered-search.js';
import { rootRoute } from '../../shell/root-route.js';

export const organisationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/organisations',
    validateSearch: readNumberedSearch,
    component: lazyRouteComponent(() => import('./organisations-page.js'), 'OrganisationsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/organisations/$id',
    validateSearch: readNumberedSearch,
    component: lazyRouteComponent(() => import('./organisation-page.js'), 'OrganisationPage'),
  }),
] as const;
