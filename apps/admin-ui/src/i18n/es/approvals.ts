import type { Texts } from '../texts.js';

export const approvals: Texts['approvals'] = {};
