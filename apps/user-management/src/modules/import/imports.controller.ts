import { Controller, Get, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import { requireInPerson, type Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers } from '../../platform/http/answers.js';
import { administrator } from '../access/rules.js';
import { IncomingCsv } from './incoming-csv.js';
import { ExportQuery, ImportPage, ImportQuery, ImportRowPage, ImportView, ListImportsQuery, ListRowsQuery } from './imports.dto.js';
import { ImportsService } from './imports.service.js';
import { UserExportService } from './user-export.service.js';

@ApiTags('imports')
@Controller('admin')
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly exports: UserExportService,
    private readonly incoming: IncomingCsv,
  ) {}

  // It goes on long after whoever acts as somebody may.
  @Post('users/import')
  @Access(administrator('admin:users:write'), requireInPerson())
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', description: 'UTF-8, RFC 4180, with a header row; 100,000 rows and 32 MiB at most' } })
  @Answers(202, ImportView, 'request.too_slow', 'request.unsupported_media_type', 'request.too_large', 'idempotency.key_reused', 'impersonation.forbidden')
  import(@Req() request: FastifyRequest, @Query({ schema: ImportQuery }) query: ImportQuery, @CurrentCaller() caller: Caller) {
    return this.imports.receive(this.incoming.read(request, caller), query, caller);
  }

  @Get('users/export')
  @Access(administrator('admin:users:read'))
  @ApiProduces('text/csv')
  @Answers(200, z.string())
  async export(@Query({ schema: ExportQuery }) query: ExportQuery, @CurrentCaller() caller: Caller) {
    const options = { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="users.csv"' };
    return new StreamableFile(await this.exports.exportUsers(query, caller), options);
  }

  @Get('imports')
  @Access(administrator('admin:users:write'))
  @Answers(200, ImportPage)
  list(@Query({ schema: ListImportsQuery }) query: ListImportsQuery, @CurrentCaller() caller: Caller) {
    return this.imports.listImports(query, caller);
  }

  @Get('imports/:id')
  @Access(administrator('admin:users:write'))
  @Answers(200, ImportView, 'import.not_found')
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.imports.getImport(id, caller);
  }

  @Get('imports/:id/rows')
  @Access(administrator('admin:users:write'))
  @Answers(200, ImportRowPage, 'import.not_found', 'user.type_differs')
  listRows(@Param('id') id: string, @Query({ schema: ListRowsQuery }) query: ListRowsQuery, @CurrentCaller() caller: Caller) {
    return this.imports.listRows(id, query, caller);
  }

  @Post('imports/:id/cancel')
  @Access(administrator('admin:users:write'))
  @Answers(200, ImportView, 'import.not_found', 'import.over')
  cancel(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.imports.cancelImport(id, caller);
  }
}
