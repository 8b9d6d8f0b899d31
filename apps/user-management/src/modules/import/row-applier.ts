import { Injectable } from '@nestjs/common';
import type { Delivery, EventActor, UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { AuditTrail } from '../audit/audit-trail.js';
import { ContextService } from '../context/context.service.js';
import { PRIORITY } from '../identity/identity-job.js';
import { IdentityQueue } from '../identity/identity-queue.js';
import { MembershipWriter, type CheckedMembership } from '../memberships/membership-writer.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { OrganisationsService } from '../organisations/organisations.service.js';
import { ProductsService } from '../products/products.service.js';
import { RolesService } from '../roles/roles.service.js';
import { canonicalEmail } from '../users/canonical-email.js';
import { UserWriter } from '../users/user-writer.js';
import type { UserChanges } from '../users/users.repository.js';
import { toCreationRecord, toUpdateRecord } from './import-audit.js';
import { parseRecord, type ImportRecord } from './import-record.js';
import type { KnownUser } from './import-rules.js';
import type { RowOutcome, RowResult, WaitingRow } from './import-state.js';
import { RowFault } from './row-fault.js';
import { RowPlanner, type PlannedMembership, type RowPlan, type Sources } from './row-planner.js';

/** In whose name rows are applied, and how their new users learn of it. */
export interface Mandate {
  actor: UserContext;
  delivery: Delivery;
  importId: string;
}

interface ReadRow {
  line: number;
  email: string;
  record: ImportRecord;
}

type Creation = Extract<RowPlan, { kind: 'create' }>;
type Update = Extract<RowPlan, { kind: 'update' }>;

/** Applies rows inside the open transaction, many new users at once; who exists already is changed as one at a time is. */
@Injectable()
export class RowApplier {
  private readonly sources: Sources;

  constructor(
    contexts: ContextService,
    organisations: OrganisationsService,
    products: ProductsService,
    roles: RolesService,
    private readonly users: UserWriter,
    private readonly membershipWriter: MembershipWriter,
    private readonly memberships: MembershipsService,
    private readonly queue: IdentityQueue,
    private readonly trail: AuditTrail,
  ) {
    this.sources = { contexts, organisations, products, roles, memberships: membershipWriter };
  }

  /** @returns what became of each row, in their order; a row that is refused has changed nothing */
  async apply(rows: WaitingRow[], mandate: Mandate): Promise<RowOutcome[]> {
    const outcomes = new Map<number, RowOutcome>();
    const settle = (line: number, state: RowResult, fault: RowFault | null = null) => {
      outcomes.set(line, { line, state, fault: fault && { field: fault.field, reason: fault.reason, message: fault.message } });
    };
    const readable = rows.flatMap((row): ReadRow[] => {
      try {
        const record = parseRecord(row.cells);
        return [{ line: row.line, email: canonicalEmail(record.email), record }];
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        settle(row.line, 'failed', error);
        return [];
      }
    });
    const { waves, repeated } = arrange(readable);
    for (const wave of waves) await this.applyWave(wave, mandate, settle);
    for (const [line, original] of repeated) {
      const { state, fault } = outcomes.get(original) ?? { state: 'unchanged' as const, fault: null };
      outcomes.set(line, { line, fault, state: state === 'failed' ? 'failed' : 'unchanged' });
    }
    return rows.flatMap(({ line }) => outcomes.get(line) ?? []);
  }

  /** Rows about different people, so that the order among them doesn't matter. */
  private async applyWave(
    rows: ReadRow[],
    mandate: Mandate,
    settle: (line: number, state: RowResult, fault?: RowFault) => void,
  ): Promise<void> {
    const known = await this.lockKnown(rows.map(({ email }) => email));
    const planner = new RowPlanner(this.sources, mandate.actor);
    const creations: Creation[] = [];
    const updates: Update[] = [];
    for (const { line, email, record } of rows) {
      try {
        const plan = await planner.plan(record, known.get(email) ?? null);
        if (plan.kind === 'create') creations.push(plan);
        else if (changesSomething(plan)) updates.push(plan);
        settle(line, plan.kind === 'create' ? 'created' : changesSomething(plan) ? 'updated' : 'unchanged');
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        settle(line, 'failed', error);
      }
    }
    await this.create(creations, mandate);
    await this.update(updates, mandate);
  }

  private async lockKnown(emails: string[]): Promise<Map<string, KnownUser>> {
    const users = await this.users.lockByEmails(emails);
    const memberships = await this.memberships.reader.listOf(users.map(({ id }) => id), 'platform');
    const known = new Map(users.map((user): [string, KnownUser] => [user.id, { user, memberships: [] }]));
    for (const membership of memberships) known.get(membership.user_id)?.memberships.push(membership);
    return new Map([...known.values()].map((entry) => [canonicalEmail(entry.user.email), entry]));
  }

  /** In the order of the addresses: two imports that make the same people wait for each other instead of for ever. */
  private async create(plans: Creation[], { actor, delivery, importId }: Mandate): Promise<void> {
    if (plans.length === 0) return;
    const inOrder = plans
      .map((plan) => ({ ...plan, id: uuidv7(), email: canonicalEmail(plan.record.email) }))
      .sort((a, b) => (a.email < b.email ? -1 : 1));
    const users = inOrder.map(({ id, record }) => ({
      id,
      email: record.email,
      displayName: record.display_name,
      userType: record.user_type,
      status: 'active' as const,
      phone: record.phone ?? null,
    }));
    await this.users.createAll(users, delivery, eventActor(actor));
    const memberships = inOrder.flatMap(({ id, membership }) => toChecked(id, membership, true));
    await this.membershipWriter.addAll(memberships, eventActor(actor));
    await this.trail.record(...inOrder.map((plan) => toCreationRecord(plan, { actor: eventActor(actor), importId })));
  }

  private async update(plans: Update[], { actor, importId }: Mandate): Promise<void> {
    const by = eventActor(actor);
    for (const { known, changes, grants } of plans) {
      const user = known.user.id;
      const fields = fieldsOf(changes);
      if (fields.length > 0) {
        await this.users.change(user, changes, fields, by);
        await this.queue.request(user, { priority: PRIORITY.bulk, isImmediate: false });
      }
      if (grants) for (const productId of grants.productIds) await this.membershipWriter.grantProduct(grants.to, productId, by);
    }
    const added = plans.flatMap(({ known, membership }) => toChecked(known.user.id, membership, false));
    if (added.length > 0) await this.membershipWriter.addAll(added, by);
    if (plans.length > 0) await this.trail.record(...plans.map((plan) => toUpdateRecord(plan, { actor: by, importId })));
  }
}

/**
 * The first row of each person, then the second of each, and so on. A row that says what the one before it said of the
 * person has nothing left to change, or is refused as that one was: those are not done again.
 */
function arrange(rows: ReadRow[]): { waves: ReadRow[][]; repeated: Map<number, number> } {
  const last = new Map<string, { wave: number; line: number; said: string }>();
  const waves: ReadRow[][] = [];
  const repeated = new Map<number, number>();
  for (const row of rows) {
    const before = last.get(row.email);
    const said = JSON.stringify(row.record);
    if (before?.said === said) {
      repeated.set(row.line, before.line);
      continue;
    }
    const wave = before === undefined ? 0 : before.wave + 1;
    last.set(row.email, { wave, line: row.line, said });
    (waves[wave] ??= []).push(row);
  }
  return { waves, repeated };
}

function fieldsOf({ displayName, phone }: UserChanges): string[] {
  return [...(displayName === undefined ? [] : ['display_name']), ...(phone === undefined ? [] : ['phone'])];
}

function changesSomething({ changes, membership, grants }: Update): boolean {
  return Object.keys(changes).length > 0 || membership !== null || grants !== null;
}

function toChecked(userId: string, membership: PlannedMembership | null, isNewUser: boolean): CheckedMembership[] {
  return membership === null ? [] : [{ ...membership, userId, isNewUser }];
}

function eventActor({ user_id: id }: UserContext): EventActor {
  return { type: 'user', id };
}
