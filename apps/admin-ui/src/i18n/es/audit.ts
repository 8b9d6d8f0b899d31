import type { Texts } from '../texts.js';

export const audit: Texts['audit'] = {};
