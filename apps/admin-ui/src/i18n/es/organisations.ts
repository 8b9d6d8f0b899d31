import type { Texts } from '../texts.js';

export const organisations: Texts['organisations'] = {};
