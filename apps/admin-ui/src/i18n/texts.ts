import type { en } from './en.js';
import type { shell } from './en/shell.js';

export type Texts = typeof en & { shell: typeof shell };
