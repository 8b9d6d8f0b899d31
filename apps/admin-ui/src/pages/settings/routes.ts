import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';
import { readDeliverySearch, readEventSearch, readWebhookSearch } from './settings-search.js';

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/webhooks',
    validateSearch: readWebhookSearch,
    component: lazyRouteComponent(() => import('./webhooks-page.js'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/webhooks/$id',
    validateSearch: readDeliverySearch,
    component: lazyRouteComponent(() => import('./webhook-page.js'), 'WebhookPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/events',
    validateSearch: readEventSearch,
    component: lazyRouteComponent(() => import('./events-page.js'), 'EventsPage'),
  }),
] as const;
