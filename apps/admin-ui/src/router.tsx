import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Frame } from './shell/frame.js';
import { Trouble } from './shell/trouble.js';
import { Waiting } from './shell/waiting.js';
import { readUserSearch } from './pages/users/user-search.js';

const root = createRootRoute({ component: Frame, errorComponent: ({ error, reset }) => <Trouble error={error} onRetry={reset} /> });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/dashboard/dashboard-page.js'), 'DashboardPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/users',
    validateSearch: readUserSearch,
    component: lazyRouteComponent(() => import('./pages/users/users-page.js'), 'UsersPage'),
  }),
];

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPendingComponent: Waiting, defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Of a list: the pages that led to this one; null is the first. */
    trail?: (string | null)[];
  }
  interface Register {
    router: typeof router;
  }
}
