import type { Texts } from '../texts.js';

export const identity: Texts['identity'] = {};
