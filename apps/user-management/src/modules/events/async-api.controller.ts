import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@sa-platform/auth-client/nest';
import { z } from 'zod';
import { Answers } from '../../platform/http/answers.js';
import { createAsyncApi } from './async-api.js';

const AsyncApiView = z.looseObject({ asyncapi: z.literal('3.0.0'), channels: z.looseObject({}) }).describe('An AsyncAPI document');

@ApiTags('events')
@Controller('asyncapi.json')
export class AsyncApiController {
  private readonly document = createAsyncApi();

  /** What events there are and where they can be read, as an AsyncAPI document. */
  @Get()
  @Public()
  @ApiOperation({ security: [] })
  @Answers(200, AsyncApiView)
  describe() {
    return this.document;
  }
}
