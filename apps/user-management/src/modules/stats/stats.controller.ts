import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { administrator } from '../access/rules.js';
import { GrowthQuery, GrowthView, StatsView } from './stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('stats')
@Controller('admin/stats')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  @Access(administrator('admin:users:read'))
  @Answers(200, StatsView)
  get(@CurrentCaller() caller: Caller) {
    return this.stats.getStats(caller);
  }

  @Get('growth')
  @Access(administrator('admin:users:read'))
  @Answers(200, GrowthView)
  getGrowth(@Query({ schema: GrowthQuery }) query: GrowthQuery, @CurrentCaller() caller: Caller) {
    return this.stats.getGrowth(query, caller);
  }
}
