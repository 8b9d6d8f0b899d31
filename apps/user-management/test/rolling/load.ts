import type { BalancedClient } from './balanced-client.js';

/** Somebody whom one writer alone changes, with the events that must come of it, oldest first. */
export interface Subject {
  id: string;
  membership: string;
  events: string[];
}

/** Constant reads and writes until it is told to end; each writer waits for its answers, so the order is known. */
export class Load {
  private isOver = false;
  private readonly working: Promise<void>[];
  /** Answers below 500 that are none a write or read of this kind has. */
  readonly surprises: string[] = [];
  writes = 0;

  constructor(
    private readonly client: BalancedClient,
    private readonly subjects: Subject[],
    readers: number,
  ) {
    this.working = [...subjects.map((subject) => this.write(subject)), ...Array.from({ length: readers }, (_, index) => this.read(index))];
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.working);
  }

  private async write(subject: Subject): Promise<void> {
    const { id, membership } = subject;
    const products = `admin/users/${id}/memberships/${membership}/products`;
    for (let turn = 0; !this.isOver; turn++) {
      await this.change(subject, 'users.updated', 200, ['PATCH', `admin/users/${id}`, { display_name: `Name ${turn}` }]);
      await this.change(subject, 'users.product.granted', 201, ['POST', products, { product_id: 'derm' }]);
      await this.change(subject, 'users.product.revoked', 204, ['DELETE', `${products}/derm`]);
    }
  }

  private async change(subject: Subject, event: string, status: number, [method, path, json]: [string, string, unknown?]): Promise<void> {
    const answer = await this.client.call(method, path, json);
    if (answer === null) return;
    if (answer.status !== status) this.surprises.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.writes += 1;
    subject.events.push(event);
  }

  private async read(index: number): Promise<void> {
    const paths = [`users/${this.subjects[index % this.subjects.length]!.id}/context`, 'admin/users?limit=10', 'users/me'];
    for (let turn = 0; !this.isOver; turn++) {
      const path = paths[turn % paths.length]!;
      const answer = await this.client.call('GET', path);
      if (answer !== null && answer.status !== 200) this.surprises.push(`GET ${path}: ${answer.status}`);
    }
  }
}
