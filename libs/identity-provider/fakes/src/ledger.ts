/** One request as the provider saw it. */
export interface LedgerEntry {
  operation: string;
  /** What it was about: an account's id or e-mail, or null. */
  subject: string | null;
  /** Epoch in milliseconds, by the fake's clock. */
  at: number;
  /** Whether it changed or read what it was meant to. */
  applied: boolean;
  /** The status that was answered; null when nothing was. */
  status: number | null;
}

/** Every request in order of arrival, so that a test can compare what was asked with what both stores hold. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];

  add(entry: LedgerEntry): LedgerEntry {
    this.entries.push(entry);
    return entry;
  }

  /** The requests of one operation. */
  of(operation: string): LedgerEntry[] {
    return this.entries.filter((entry) => entry.operation === operation);
  }

  clear(): void {
    this.entries.length = 0;
  }

  /** The most requests within any window of this many milliseconds. */
  peak(windowMs: number): number {
    let start = 0;
    return this.entries.reduce((peak, { at }, index) => {
      while ((this.entries[start]?.at ?? at) <= at - windowMs) start += 1;
      return Math.max(peak, index - start + 1);
    }, 0);
  }
}
