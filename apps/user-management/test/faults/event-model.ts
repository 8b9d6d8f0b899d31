import type { EventEnvelope } from '@sa-platform/contracts';

/** What the events alone tell of a membership and of a user. */
export interface ModelMembership {
  role: string;
  products: Set<string>;
}

export interface ModelUser {
  status: string;
  memberships: Map<string, ModelMembership>;
}

const STATUS_TYPES = ['users.created', 'users.approved', 'users.suspended', 'users.reactivated', 'users.deactivated'];

/** A copy of who is what, made from nothing but events, as a sibling would keep one. It drops what is older than what it has. */
export class EventModel {
  readonly users = new Map<string, ModelUser>();
  /** Events that were older than what their user had. */
  dropped = 0;
  private readonly newest = new Map<string, number>();

  apply(event: EventEnvelope): void {
    const { user_id: userId, sequence } = event;
    if (userId === null) return;
    if (sequence <= (this.newest.get(userId) ?? 0)) {
      this.dropped += 1;
      return;
    }
    this.newest.set(userId, sequence);
    if (event.type === 'users.erased') this.users.delete(userId);
    else this.change(this.userOf(userId), event);
  }

  /** One text for each user, to be compared with what the tables say. */
  describe(): Map<string, string> {
    return new Map([...this.users].map(([id, user]) => [id, describeUser(user)]));
  }

  private userOf(userId: string): ModelUser {
    const user = this.users.get(userId) ?? { status: '', memberships: new Map<string, ModelMembership>() };
    this.users.set(userId, user);
    return user;
  }

  private change(user: ModelUser, { type, payload: fields }: EventEnvelope): void {
    const payload: Record<string, unknown> = fields;
    if (STATUS_TYPES.includes(type)) user.status = String(payload.to ?? payload.status);
    const id = String(payload.membership_id);
    if (type === 'users.membership.removed') user.memberships.delete(id);
    if (type === 'users.membership.added') {
      const products = new Set((payload.product_ids as string[] | undefined) ?? []);
      user.memberships.set(id, { role: String(payload.role), products });
    }
    const membership = user.memberships.get(id);
    if (!membership) return;
    if (type === 'users.role.changed') membership.role = String(payload.to_role);
    if (type === 'users.product.granted') membership.products.add(String(payload.product_id));
    if (type === 'users.product.revoked') membership.products.delete(String(payload.product_id));
  }
}

export function describeUser({ status, memberships }: ModelUser): string {
  const held = [...memberships].map(([id, { role, products }]) => `${id} ${role} ${[...products].sort().join('+')}`);
  return [status, ...held.sort()].join('; ');
}
