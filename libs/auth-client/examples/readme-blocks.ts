/** A TypeScript block of a README, and the region of an example that it says it is. */
export interface ReadmeBlock {
  /** For example `examples/rules.ts own-rule`; null when no comment before the block names one. */
  source: string | null;
  code: string;
}

const REGION = /^( *)\/\/ #region (\S+)\n([^]*?)^ *\/\/ #endregion$/gm;
const BLOCK = /(?:<!-- (\S+ \S+) -->\n\n)?```(?:ts|typescript|js|javascript)\n([^]*?)```/g;

/** All blocks of code, in their order. */
export function readBlocks(readme: string): ReadmeBlock[] {
  return [...readme.matchAll(BLOCK)].map(([, source, code]) => ({ source: source ?? null, code: code ?? '' }));
}

/** The marked regions of an example by their name, as they stand when they are taken out of what is around them. */
export function readRegions(example: string): Map<string, string> {
  return new Map(
    [...example.matchAll(REGION)].map(([, indent = '', name = '', code = '']) => [
      name,
      code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ]),
  );
}
