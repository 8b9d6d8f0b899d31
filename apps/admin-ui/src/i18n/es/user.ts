import type { Texts } from '../texts.js';

export const user: Texts['user'] = {};
