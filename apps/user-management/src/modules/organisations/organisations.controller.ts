import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { pageOf } from '../../platform/http/paging.js';
import { administrator, platformAdmin } from '../access/rules.js';
import {
  CreateOrganisationDto,
  ListOrganisationsQuery,
  OrganisationView,
  UpdateOrganisationDto,
} from './organisations.dto.js';
import { OrganisationsService } from './organisations.service.js';

@ApiTags('organisations')
@Controller('admin/organisations')
export class OrganisationsController {
  constructor(private readonly organisations: OrganisationsService) {}

  @Get()
  @Access(administrator('admin:organisations:read'))
  @Answers(200, pageOf(OrganisationView))
  list(@Query({ schema: ListOrganisationsQuery }) query: ListOrganisationsQuery, @CurrentCaller() caller: Caller) {
    return this.organisations.listOrganisations(query, caller);
  }

  @Post()
  @Access(platformAdmin())
  @Answers(201, OrganisationView, 'organisation.id_taken')
  create(@Body({ schema: CreateOrganisationDto }) body: CreateOrganisationDto, @CurrentCaller() caller: Caller) {
    return this.organisations.createOrganisation(body, caller);
  }

  @Get(':id')
  @Access(administrator('admin:organisations:read'))
  @Answers(200, OrganisationView, 'organisation.not_found')
  get(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.organisations.getOrganisation(id, caller);
  }

  @Patch(':id')
  @Access(platformAdmin())
  @Answers(200, OrganisationView, 'organisation.not_found', 'precondition.failed')
  update(
    @Param('id') id: string,
    @Body({ schema: UpdateOrganisationDto }) body: UpdateOrganisationDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.organisations.updateOrganisation(id, body, ifMatch, caller);
  }
}
