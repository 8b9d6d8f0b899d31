import { createRootRoute } from '@tanstack/react-router';
import { Frame } from './frame.js';
import { NoSuchPage } from './no-such-page.js';
import { Trouble } from './trouble.js';

/** What every page stands in. */
export const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: NoSuchPage,
  errorComponent: ({ error, reset }) => <Trouble error={error} onRetry={reset} />,
});
