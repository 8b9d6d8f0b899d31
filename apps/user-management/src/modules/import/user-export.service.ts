import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { MembershipView } from '@sa-platform/contracts';
import { stringify } from 'csv-stringify/sync';
import { actorOf } from '../access/caller.js';
import { onlyOrganisationOf, reachOfCaller } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { UserListService } from '../users/user-list.service.js';
import type { UserSummary } from '../users/users.dto.js';
import { guardFormula } from '../../platform/csv/formula-guard.js';
import { COLUMNS, EXPORT_ONLY_COLUMNS } from './import-columns.js';
import type { ExportQuery } from './imports.dto.js';

const PRODUCT_SEPARATOR = ';';

/** The list of users as a file that can be imported again: a line for each membership. */
@Injectable()
export class UserExportService {
  constructor(
    private readonly lists: UserListService,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * A page is read when the client has taken the one before; a client that goes away ends the reading. That it was taken is
   * written down first.
   */
  async exportUsers(query: ExportQuery, caller: Caller): Promise<Readable> {
    await this.trail.record({
      action: 'USERS_EXPORTED',
      actor: actorOf(caller),
      target: { type: 'user', id: null },
      organisationId: query.organisation_id ?? onlyOrganisationOf(reachOfCaller(caller, 'admin:users:read')),
    });
    return Readable.from(this.read(query, caller), { objectMode: false, highWaterMark: 1 });
  }

  private async *read(query: ExportQuery, caller: Caller): AsyncGenerator<Buffer> {
    yield toCsv([[...COLUMNS, ...EXPORT_ONLY_COLUMNS]]);
    for await (const users of this.lists.pages(query, caller)) {
      if (users.length > 0) yield toCsv(users.flatMap(toLines));
    }
  }
}

/**
 * Memberships that are over are left out: a file can't say when one ends, and importing it elsewhere would bring them
 * back for good.
 */
function toLines(user: UserSummary): string[][] {
  const current = user.memberships.filter(({ expires_at: end }) => end === null || Date.parse(end) > Date.now());
  return (current.length === 0 ? [null] : current).map((membership) => toLine(user, membership));
}

function toLine(user: UserSummary, membership: MembershipView | null): string[] {
  const products = membership?.products.map(({ product_id: id }) => id) ?? [];
  const cells = {
    email: user.email,
    display_name: user.display_name,
    user_type: user.user_type,
    organisation_id: membership?.organisation_id ?? '',
    role_key: membership?.role.key ?? '',
    product_ids: products.join(PRODUCT_SEPARATOR),
    phone: user.phone ?? '',
    id: user.id,
    status: user.status,
    created_at: user.created_at,
  };
  return [...COLUMNS, ...EXPORT_ONLY_COLUMNS].map((column) => guardFormula(cells[column]));
}

function toCsv(lines: string[][]): Buffer {
  return Buffer.from(stringify(lines, { record_delimiter: 'windows' }));
}
