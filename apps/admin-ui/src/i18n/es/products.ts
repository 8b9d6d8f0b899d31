import type { Texts } from '../texts.js';

export const products: Texts['products'] = {};
