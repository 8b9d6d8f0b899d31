import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { ERRORS, type AuditAction, type AuditState, type UserContext } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { actorOf, userOf } from '../access/caller.js';
import { onlyOrganisationOf, reachOfCaller } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import type { Import } from './import-state.js';
import { ImportUpload, UPLOAD_LEASE_MS, type Received, type Upload } from './import-upload.js';
import type { ImportPage, ImportQuery, ImportRowPage, ImportView, ListImportsQuery, ListRowsQuery } from './imports.dto.js';
import { ImportsRepository } from './imports.repository.js';

const ABANDONED_AT_ONCE = 10;

/** A file as it comes in, and what else identifies the request. */
export interface IncomingFile {
  pieces: AsyncIterable<Buffer>;
  /** The caller and their `Idempotency-Key`, hashed. */
  requestKey: string | null;
}

@Injectable()
export class ImportsService {
  private wake: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly imports: ImportsRepository,
    private readonly rows: ImportRowsRepository,
    private readonly upload: ImportUpload,
    private readonly trail: AuditTrail,
  ) {}

  /** Names who starts at once on what was queued here. */
  onQueued(wake: () => void): void {
    this.wake = wake;
  }

  /**
   * Takes a file in; once this answers, the import runs whatever happens. A file that is refused, or of which only a part
   * came, leaves nothing. With an `Idempotency-Key` the same file again is the same import, as far as it is by then.
   */
  async receive(file: IncomingFile, query: ImportQuery, caller: Caller): Promise<ImportView> {
    const upload = { importId: uuidv7(), leaseId: uuidv7(), isDryRun: query.dry_run };
    const { user_id: createdBy } = userOf(caller);
    const created = { id: upload.importId, isDryRun: query.dry_run, delivery: query.delivery, createdBy };
    await this.imports.insert(created, upload.leaseId, UPLOAD_LEASE_MS);
    try {
      const received = await this.upload.receive(upload, file.pieces);
      const queued = await this.enqueue(upload, received, { ...query, requestKey: file.requestKey }, caller);
      if (queued.id !== upload.importId) await this.discard(upload.importId);
      this.wake();
      return toView(queued);
    } catch (error) {
      await this.discard(upload.importId);
      throw error;
    }
  }

  async listImports(page: ListImportsQuery, caller: Caller): Promise<ImportPage> {
    const { is_platform_admin: isAdmin, user_id: userId } = userOf(caller);
    const { items, total } = await this.imports.list(isAdmin ? null : userId, page);
    return { items: items.map(toView), total, ...page };
  }

  /** @throws AppError `import.not_found`, also for somebody else's */
  async getImport(id: string, caller: Caller): Promise<ImportView> {
    return toView(requireVisible(await this.imports.find(id), userOf(caller)));
  }

  async listRows(id: string, { state, after, ...page }: ListRowsQuery, caller: Caller): Promise<ImportRowPage> {
    requireVisible(await this.imports.find(id), userOf(caller));
    return { ...(await this.rows.list(id, state, { ...page, after })), ...page };
  }

  /** Rows that were applied stay; none follows. @throws AppError `import.over` */
  async cancelImport(id: string, caller: Caller): Promise<ImportView> {
    return this.database.transaction(async () => {
      const found = requireVisible(await this.imports.lock(id), userOf(caller));
      if (found.finishedAt !== null) throw new AppError('import.over');
      await this.rows.dropValues(id);
      await this.imports.finish(id, 'cancelled', null);
      await this.audit('IMPORT_CANCELLED', id, caller, null);
      return this.getImport(id, caller);
    });
  }

  /** Takes away what is left of uploads that were cut off with their replica. */
  async removeAbandoned(): Promise<void> {
    for (const id of await this.imports.listAbandoned(ABANDONED_AT_ONCE)) await this.discard(id);
  }

  private async enqueue(
    { importId, leaseId }: Upload,
    { digest, ...counts }: Received,
    request: ImportQuery & { requestKey: string | null },
    caller: Caller,
  ): Promise<Import> {
    const { requestKey } = request;
    const requestHash = hash('sha256', JSON.stringify([request.dry_run, request.delivery, digest]));
    const after = { dry_run: request.dry_run, delivery: request.delivery, rows: counts.rowCount };
    const work = async () => {
      const isQueued = await this.imports.enqueue(importId, leaseId, { ...counts, requestKey, requestHash });
      if (!isQueued) throw new AppError('database.conflict');
      await this.audit('IMPORT_STARTED', importId, caller, after);
    };
    const isRepeated = await this.database.transaction(work).then(() => false, isKeyTaken);
    const queued = isRepeated && requestKey !== null ? await this.imports.findByRequestKey(requestKey) : await this.imports.find(importId);
    if (queued === null) throw new AppError('database.conflict');
    if (queued.requestHash !== requestHash) throw new AppError('idempotency.key_reused');
    return queued;
  }

  private async audit(action: AuditAction, id: string, caller: Caller, after: AuditState | null): Promise<void> {
    const organisationId = onlyOrganisationOf(reachOfCaller(caller, 'admin:users:write'));
    await this.trail.record({ action, actor: actorOf(caller), target: { type: 'import', id }, organisationId, after });
  }

  private async discard(id: string): Promise<void> {
    await this.database.transaction(async () => {
      const found = await this.imports.lock(id);
      // A cancelled upload stays to be seen; its rows go in any case.
      if (found?.state === 'queued' || found?.state === 'running') return;
      await this.rows.deleteAll(id);
      if (found?.state === 'receiving') await this.imports.delete(id);
    });
  }
}

/** @throws what it is if it is anything else */
function isKeyTaken(error: unknown): true {
  if (violatedConstraint(error) === null) throw error;
  return true;
}

function requireVisible(found: Import | null, { is_platform_admin: isAdmin, user_id: userId }: UserContext): Import {
  if (found === null || !(isAdmin || found.createdBy === userId)) throw new AppError('import.not_found');
  return found;
}

function toView(found: Import): ImportView {
  const { id, rowCount, created, updated, unchanged, failed, error } = found;
  const processed = created + updated + unchanged + failed;
  return {
    import_id: id,
    state: found.state,
    dry_run: found.isDryRun,
    delivery: found.delivery,
    rows: rowCount,
    processed,
    created,
    updated,
    unchanged,
    failed,
    percent: rowCount === 0 ? (found.state === 'done' ? 100 : 0) : Math.floor((processed / rowCount) * 100),
    error: error === null ? null : { code: error, message: messageOf(error) },
    created_by: found.createdBy,
    created_at: found.createdAt.toISOString(),
    started_at: found.startedAt?.toISOString() ?? null,
    finished_at: found.finishedAt?.toISOString() ?? null,
  };
}

function messageOf(code: string): string {
  return code in ERRORS ? `The import stopped: ${ERRORS[code as keyof typeof ERRORS][1]}` : 'The import stopped';
}
