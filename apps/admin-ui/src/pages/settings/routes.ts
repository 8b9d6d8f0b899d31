import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.js';

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/webhooks',
    component: lazyRouteComponent(() => import('./webhooks-page.js'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/webhooks/$id',
    component: lazyRouteComponent(() => import('./webhook-page.js'), 'WebhookPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings/events',
    component: lazyRouteComponent(() => import('./events-page.js'), 'EventsPage'),
  }),
] as const;
