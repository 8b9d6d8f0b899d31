import { createRouter } from '@tanstack/react-router';
import { approvalRoutes } from './pages/approvals/routes.js';
import { auditRoutes } from './pages/audit/routes.js';
import { dashboardRoutes } from './pages/dashboard/routes.js';
import { identityRoutes } from './pages/identity/routes.js';
import { organisationRoutes } from './pages/organisations/routes.js';
import { permissionRoutes } from './pages/permissions/routes.js';
import { productRoutes } from './pages/products/routes.js';
import { roleRoutes } from './pages/roles/routes.js';
import { settingsRoutes } from './pages/settings/routes.js';
import { userRoutes } from './pages/user/routes.js';
import { usersRoutes } from './pages/users/routes.js';
import { rootRoute } from './shell/root-route.js';
import { Waiting } from './shell/waiting.js';

const routeTree = rootRoute.addChildren([
  ...dashboardRoutes,
  ...usersRoutes,
  ...userRoutes,
  ...approvalRoutes,
  ...roleRoutes,
  ...organisationRoutes,
  ...productRoutes,
  ...permissionRoutes,
  ...identityRoutes,
  ...auditRoutes,
  ...settingsRoutes,
]);

export const router = createRouter({ routeTree, defaultPendingComponent: Waiting, defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Of a list: the pages that led to this one; null is the first. */
    trail?: (string | null)[];
  }
  interface Register {
    router: typeof router;
  }
}
