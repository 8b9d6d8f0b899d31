/** An invariant of `reference/reliability.md` that does not hold, and what shows it. */
export interface Finding {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I9';
  what: string;
}

const MOST_ALIKE = 5;

/** @returns a finding for each text; of many the first few and how many more there are */
export function findingsOf(invariant: Finding['invariant'], texts: string[]): Finding[] {
  const shown = texts.slice(0, MOST_ALIKE);
  const more = texts.length > MOST_ALIKE ? [`… and ${texts.length - MOST_ALIKE} more like it`] : [];
  return [...shown, ...more].map((what) => ({ invariant, what }));
}

/** @returns the names of the invariants that are broken, each once */
export function brokenIn(findings: Finding[]): string[] {
  return [...new Set(findings.map(({ invariant }) => invariant))].sort();
}
