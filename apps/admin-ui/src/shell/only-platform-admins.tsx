import type { ReactNode } from 'react';
import { useMay } from '../session/me.js';
import { NoSuchPage } from './no-such-page.js';

/** What is the platform's own matter isn't there for anybody else, whatever address they type. */
export function OnlyPlatformAdmins({ children }: { children: ReactNode }) {
  return useMay().platformAdmin ? children : <NoSuchPage />;
}
