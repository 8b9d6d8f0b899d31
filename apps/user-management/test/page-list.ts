import type { TestApp } from './test-app.js';

/** One page of the admin pages, as it is looked at. */
export interface ListedPage {
  /** Of its screenshots. */
  name: string;
  heading: string | RegExp;
  /** Its address, after what it shows has been put there. */
  path: string | ((app: TestApp) => Promise<string>);
  /** What else is opened on it: a dialog, a menu; each is looked at in turn. */
  open?: readonly { name: string; press: string }[];
}

/** Every page; a route of the pages that is not here fails the suite of looks. */
export const PAGES: readonly ListedPage[] = [
  { name: 'dashboard', heading: 'Dashboard', path: '/' },
  { name: 'users', heading: 'Users', path: '/users' },
];
