import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { MailComposer } from './mail-composer.js';
import { MailJobsRepository } from './mail-jobs.repository.js';
import { MailQueue } from './mail-queue.js';
import { MailRecipientsRepository } from './mail-recipients.repository.js';
import { MailRunner } from './mail-runner.js';
import { MailSender } from './mail-sender.js';
import { RegistrationAnnouncer } from './registration-announcer.js';

/** Mails to people: to administrators when somebody registers, to users when they are approved. */
@Module({
  imports: [IdentityModule],
  providers: [MailComposer, MailJobsRepository, MailQueue, MailRecipientsRepository, MailRunner, MailSender, RegistrationAnnouncer],
  exports: [MailQueue],
})
export class MailsModule {}
