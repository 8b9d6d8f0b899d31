import type { Texts } from '../texts.js';

export const settings: Texts['settings'] = {};
