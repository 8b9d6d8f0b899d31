/** An answer that is asked for once and serves everybody for a while; those who come meanwhile wait for the same one. */
export class Remembered<Value> {
  private value: Promise<Value> | null = null;
  private until = 0;

  /** @param forMs counted from the answer, in milliseconds; a failure is not remembered */
  constructor(
    private readonly forMs: number,
    private readonly ask: () => Promise<Value>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(): Promise<Value> {
    if (this.value !== null && this.now() < this.until) return this.value;
    this.until = Infinity;
    const value = this.ask().then(
      (answer) => {
        this.until = this.now() + this.forMs;
        return answer;
      },
      (error: unknown) => {
        this.value = null;
        throw error;
      },
    );
    this.value = value;
    return value;
  }
}
