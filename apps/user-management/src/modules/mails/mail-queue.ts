import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { MailJobsRepository } from './mail-jobs.repository.js';

/**
 * Asks for mails, inside the transaction that makes the change: both are there or neither is. Without a way to send mails
 * nothing is asked for.
 */
@Injectable()
export class MailQueue {
  private wake: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly jobs: MailJobsRepository,
  ) {}

  get isOpen(): boolean {
    return this.config.mail !== null;
  }

  /** Names who sends what is asked for. */
  onRequested(wake: () => void): void {
    this.wake = wake;
  }

  /** Somebody registered. Nobody is woken: whoever looks for work next tells the administrators of all at once. */
  async requestForRegistration(userId: string): Promise<void> {
    if (this.isOpen) await this.jobs.insertRegistration(userId);
  }

  /** Somebody was approved, whichever way. */
  async requestForApproval(userId: string): Promise<void> {
    if (!this.isOpen) return;
    await this.jobs.request('approved', [userId]);
    this.database.afterCommit(() => this.wake(), 'mails');
  }
}
