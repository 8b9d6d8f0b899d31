import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { JwksView } from './impersonation.dto.js';
import { SigningKeys } from './signing-keys.js';

/** The keys of our own tokens, for whoever accepts them. */
@ApiTags('impersonation')
@Controller('.well-known/jwks.json')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /** Nobody's secret, and asked for by many: a proxy may answer it. For no longer, because a replica's first key is new. */
  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=10')
  @ApiOperation({ security: [] })
  @Answers(200, JwksView)
  getKeys() {
    return this.keys.getJwks();
  }
}
