import { Module } from '@nestjs/common';
import { IdentityJobsRepository } from './identity-jobs.repository.js';
import { IdentityQueue } from './identity-queue.js';
import { IdentityRunner } from './identity-runner.js';
import { IdentityService } from './identity.service.js';
import { MockAccountsRepository } from './mock-accounts.repository.js';
import { MockIdentity } from './mock-identity.js';
import { MockMailsRepository } from './mock-mails.repository.js';
import { MockSignInFailuresRepository } from './mock-sign-in-failures.repository.js';

@Module({
  providers: [
    IdentityService,
    IdentityJobsRepository,
    IdentityQueue,
    IdentityRunner,
    MockAccountsRepository,
    MockMailsRepository,
    MockSignInFailuresRepository,
    MockIdentity,
  ],
  exports: [IdentityService, IdentityQueue, IdentityRunner, MockIdentity],
})
export class IdentityModule {}
