import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { MailJobsRepository } from './mail-jobs.repository.js';
import { MailRecipientsRepository } from './mail-recipients.repository.js';

/** So many are told: whoever lets people in is among those who came first. */
const MOST_ADMINISTRATORS = 500;

/**
 * Has the platform's administrators told of registrations. However many registered since, each administrator has one mail
 * to get, which counts who waits when it is sent.
 */
@Injectable()
export class RegistrationAnnouncer {
  constructor(
    private readonly database: Database,
    private readonly jobs: MailJobsRepository,
    private readonly recipients: MailRecipientsRepository,
  ) {}

  async announce(): Promise<void> {
    if (!(await this.jobs.hasRegistrations())) return;
    await this.database.transaction(async () => {
      if (!(await this.jobs.takeRegistrations())) return;
      await this.jobs.request('registration_pending', await this.recipients.listAdministrators(MOST_ADMINISTRATORS));
    });
  }
}
