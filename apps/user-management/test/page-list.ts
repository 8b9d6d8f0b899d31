import { CATALOGUE_PAGES } from './catalogue-pages.js';
import { OPERATION_PAGES } from './operation-pages.js';
import type { TestApp } from './test-app.js';
import { USER_PAGES } from './user-pages.js';
import { USERS_PAGES } from './users-pages.js';

/** One page of the admin pages, as it is looked at. */
export interface ListedPage {
  /** Of its screenshots. */
  name: string;
  heading: string | RegExp;
  /** Its address, after what it shows has been put there. */
  path: string | ((app: TestApp) => Promise<string>);
  /** What else is opened on it: a dialog, a menu; each is looked at in turn. */
  open?: readonly { name: string; press: string; /** A box to be ticked off before. */ tick?: string }[];
}

/** Every page. */
export const PAGES: readonly ListedPage[] = [
  { name: 'dashboard', heading: 'Dashboard', path: '/' },
  ...USERS_PAGES,
  ...USER_PAGES,
  ...CATALOGUE_PAGES,
  ...OPERATION_PAGES,
];
