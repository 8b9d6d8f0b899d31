import type { Texts } from '../texts.js';

export const permissions: Texts['permissions'] = {};
