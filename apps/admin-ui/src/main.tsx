import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthProvider } from 'react-oidc-context';
import type { User } from 'oidc-client-ts';
import { authorizeWith } from './api/client.js';
import { queries } from './api/queries.js';
import { startI18n } from './i18n/i18n.js';
import { router } from './router.js';
import { createSession } from './session/create-session.js';
import { SignedIn } from './session/signed-in.js';
import { whereTheyWere } from './session/where-they-were.js';
import { loadSettings } from './settings.js';
import { Trouble } from './shell/trouble.js';
import { theme, variables } from './theme.js';

/** Back to where they were when they had to sign in. */
function goBack(user: User | undefined): void {
  const { address, history } = whereTheyWere(user);
  router.history.replace(address, history);
}

async function start(): Promise<void> {
  const element = document.getElementById('root');
  if (!element) throw new Error('the page has no root');
  const rootView = createRoot(element);
  await startI18n();
  try {
    const session = createSession(await loadSettings());
    authorizeWith(session);
    rootView.render(
      <StrictMode>
        <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
          <Notifications />
          <AuthProvider userManager={session} onSigninCallback={goBack}>
            <QueryClientProvider client={queries}>
              <SignedIn>
                <RouterProvider router={router} />
              </SignedIn>
            </QueryClientProvider>
          </AuthProvider>
        </MantineProvider>
      </StrictMode>,
    );
  } catch (error) {
    rootView.render(
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Trouble error={error} onRetry={() => window.location.reload()} />
      </MantineProvider>,
    );
  }
}

void start();
