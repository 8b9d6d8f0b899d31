import type { Texts } from '../texts.js';

export const roles: Texts['roles'] = {};
