/** What modules add to the readiness answer: things the service can do without for a while. */
export class ReadinessChecks {
  private readonly checks = new Map<string, () => Promise<unknown>>();

  add(name: string, check: () => Promise<unknown>): void {
    this.checks.set(name, check);
  }

  entries(): [string, () => Promise<unknown>][] {
    return [...this.checks];
  }
}
