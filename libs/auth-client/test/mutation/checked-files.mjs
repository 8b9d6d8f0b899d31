/** The one place that says what is checked: verification, contexts and decisions. Files of `src`, wherever they stand in it. */
export const CHECKED_FILES = [
  'token-verifier.ts',
  'token-format.ts',
  'token-claims.ts',
  'bearer-token.ts',
  'verification-steps.ts',
  'verified-tokens.ts',
  'signing-key.ts',
  'signing-keys.ts',
  'fetch-signing-keys.ts',
  'signature-algorithms.ts',
  'verifier-options.ts',
  'require-option.ts',
  'http-url.ts',
  'cached-contexts.ts',
  'context-cache.ts',
  'context-load.ts',
  'elapsed-clock.ts',
  'event-coverage.ts',
  'invalidation.ts',
  'read-context.ts',
  'read-message.ts',
  'authorizer.ts',
];

/**
 * Specs that only `--spec` runs, and why. What is left must catch every change without them.
 *
 * @type {ReadonlyMap<string, string>}
 */
const LEFT_OUT = new Map([
  ['interleavings.spec.ts', 'searches at random for a long time: what it alone catches is caught by luck'],
  ['token-mutations.spec.ts', 'the same'],
]);

/** Folders of adapters and of examples: their specs count only for a file that no other spec loads. */
const ADAPTERS = /\/(src\/(express|fastify|nest|redis)|examples)\//;

/**
 * Which specs are to catch a change of a file, of those that load it.
 *
 * @template {{ spec: string }} Related
 * @param {Related[]} related
 * @returns {Related[]}
 */
export function chooseSpecs(related) {
  const quick = related.filter(({ spec }) => ![...LEFT_OUT.keys()].some((name) => spec.endsWith(`/${name}`)));
  const own = quick.filter(({ spec }) => !ADAPTERS.test(spec));
  return own.length > 0 ? own : quick;
}
