import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { administrator, signedIn } from '../access/rules.js';
import { PersonalData } from './personal-data.dto.js';
import { PersonalDataService } from './personal-data.service.js';

const FILE = { type: 'application/json; charset=utf-8', disposition: 'attachment; filename="personal-data.json"' };

@ApiTags('personal data')
@Controller()
export class PersonalDataController {
  constructor(private readonly data: PersonalDataService) {}

  @Get('users/me/export')
  @Access(signedIn('pending'))
  @ApiProduces('application/json')
  @Answers(200, PersonalData)
  async exportOwn(@CurrentCaller() caller: Caller) {
    return new StreamableFile(await this.data.exportOwn(caller), FILE);
  }

  @Get('admin/users/:id/export')
  @Access(administrator('admin:users:write'))
  @ApiProduces('application/json')
  @Answers(200, PersonalData, 'user.not_found', 'user.beyond_reach')
  async export(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return new StreamableFile(await this.data.exportOf(id, caller), FILE);
  }
}
