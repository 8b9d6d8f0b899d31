/** What goes wrong with one request, beside what the provider's own rules make of it. */
export type Fault =
  /** Answers, but only after this long, in milliseconds; it is carried out at once. */
  | { kind: 'delay'; ms: number }
  /** Is carried out only after this long, in milliseconds, and then answered. */
  | { kind: 'apply_late'; ms: number }
  /** Never answers; `applied` says whether it is carried out. */
  | { kind: 'hang'; applied: boolean }
  /** Tears the connection down without an answer. */
  | { kind: 'reset'; applied: boolean }
  /** Answers this status in the provider's own form, with `Retry-After` where seconds are given. */
  | { kind: 'status'; status: number; applied: boolean; retryAfterSeconds?: number }
  /** Tells the test, which may kill whoever asked; then goes on as if nothing was. */
  | { kind: 'tell'; when: 'before' | 'after'; tell: () => void | Promise<void> };

/** Stands for every operation. */
export const ANY = '*';

/** A script of faults for each operation: one fault a request, in order; standing ones until they are lifted. */
export class FaultQueue {
  readonly #once = new Map<string, Fault[]>();
  readonly #standing = new Map<string, Fault>();

  /** The next requests of the operation meet these faults, one each. */
  script(operation: string, ...faults: Fault[]): void {
    this.#once.set(operation, [...(this.#once.get(operation) ?? []), ...faults]);
  }

  /** Every request of the operation (`ANY`: of all) meets this fault until `lift`. */
  stand(operation: string, fault: Fault): void {
    this.#standing.set(operation, fault);
  }

  /** Takes back what stands for the operation, or all of it and every script. */
  lift(operation?: string): void {
    if (operation === undefined) {
      this.#once.clear();
      this.#standing.clear();
    } else {
      this.#standing.delete(operation);
    }
  }

  /** The fault that a request of the operation meets now; the server takes it. */
  next(operation: string): Fault | null {
    for (const name of [operation, ANY]) {
      const fault = this.#once.get(name)?.shift() ?? this.#standing.get(name);
      if (fault) return fault;
    }
    return null;
  }

  /** Faults that no request has met yet: a test that leaves some did not test what it says. */
  get left(): number {
    return [...this.#once.values()].reduce((sum, faults) => sum + faults.length, 0);
  }
}
