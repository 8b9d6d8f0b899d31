import { CLAIM_VECTORS } from './claims.js';
import { FORM_VECTORS } from './form.js';
import { HEADER_VECTORS } from './header.js';
import { SIGNATURE_VECTORS } from './signature.js';
import type { Vector } from './vector.js';

export { issueOfLength } from './form.js';
export * from './vector.js';

/** Every token that must be refused by a verifier that accepts RS256, PS256, ES256 and ES384. */
export const VECTORS: readonly Vector[] = [...FORM_VECTORS, ...HEADER_VECTORS, ...SIGNATURE_VECTORS, ...CLAIM_VECTORS];
