import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { errorNameAndCode } from '../../platform/errors/error-name.js';
import { MetricsService } from '../../platform/health/metrics.service.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { REGISTRATION_PAUSE_MS, type DueMail, type LeasedMail, type MailCount } from './mail-job.js';
import { MailComposer } from './mail-composer.js';
import { MailJobsRepository } from './mail-jobs.repository.js';
import { MailQueue } from './mail-queue.js';
import { mailRetryDelay, readMailFailure } from './mail-retry.js';
import { MailSender } from './mail-sender.js';
import { RegistrationAnnouncer } from './registration-announcer.js';

const EVERY_MS = 1_000;
const CLEANED_EVERY_MS = 60_000;
/** Nobody else sends the mail meanwhile; whoever was killed is taken over after that long. */
const LEASE_MS = 30_000;
const AT_ONCE = 4;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Sends the mails that were asked for, on any replica, at least once: whoever is killed between the relay's word and our
 * commit leaves the mail to another, who sends it again with the same Message-ID. While nothing goes through the relay one
 * mail at a time probes it.
 */
@Injectable()
export class MailRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MailRunner.name);
  private readonly sending = new RecurringWork(() => this.sendAll());
  private readonly cleaning = new RecurringWork(() => this.clean());
  private pauseMs = 0;
  private pausedUntil = 0;

  constructor(
    private readonly queue: MailQueue,
    private readonly jobs: MailJobsRepository,
    private readonly announcer: RegistrationAnnouncer,
    private readonly composer: MailComposer,
    private readonly sender: MailSender,
    private readonly metrics: MetricsService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.queue.isOpen) {
      this.logger.warn('no mails are sent to people: SMTP_URL is not set');
      return;
    }
    const gauge = { name: 'mail_queue_mails', help: 'Mails to people that wait for the relay, or were given up', labelNames: ['kind', 'state'] };
    this.metrics.addGauge(gauge, async () => toSamples(await this.jobs.count()));
    this.queue.onRequested(() => this.sending.wake());
    this.sending.start(EVERY_MS);
    this.cleaning.start(CLEANED_EVERY_MS);
  }

  /** Waits for the mails that are on their way. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.sending.stop(), this.cleaning.stop()]);
  }

  private async sendAll(): Promise<void> {
    try {
      await this.announcer.announce();
      while (!this.sending.isStopped && performance.now() >= this.pausedUntil) {
        const due = await this.jobs.listDue(this.pauseMs > 0 ? 1 : AT_ONCE);
        const attempts = await Promise.all(due.map((mail) => this.attempt(mail)));
        if (!attempts.includes(true)) return;
      }
    } catch (error) {
      this.logger.warn(`mails wait: ${errorNameAndCode(error)}`);
    }
  }

  private async clean(): Promise<void> {
    try {
      await this.jobs.removeOver();
    } catch (error) {
      this.logger.warn(`mails that are over stay: ${errorNameAndCode(error)}`);
    }
  }

  /** Never throws. @returns whether there may be more to do: this mail was nobody else's */
  private async attempt(due: DueMail): Promise<boolean> {
    try {
      const mail = await this.jobs.lease(due, { leaseId: uuidv7(), mailId: uuidv7() }, LEASE_MS);
      if (mail !== null) await this.carryOut(mail);
      return mail !== null;
    } catch (error) {
      this.logger.warn(`a mail to user ${due.userId} waits: ${errorNameAndCode(error)}`);
      return false;
    }
  }

  private async carryOut(mail: LeasedMail): Promise<void> {
    if (mail.isTooOld) return this.giveUp(mail, mail.error ?? 'too_old');
    const outgoing = await this.composer.compose(mail);
    if (outgoing === 'undeliverable') return this.giveUp(mail, 'address');
    if (outgoing === 'unwanted') {
      if (!(await this.jobs.delete(mail))) await this.jobs.startAnew(mail, 0);
      return;
    }
    try {
      await this.sender.send(outgoing);
    } catch (error) {
      return this.putOff(mail, error);
    }
    await this.finish(mail);
  }

  /** The mail is sent; whoever asked for another meanwhile gets it. */
  private async finish(mail: LeasedMail): Promise<void> {
    this.pauseMs = 0;
    this.logger.debug(`mail ${mail.mailId} (${mail.kind}) to user ${mail.userId} is sent`);
    const pauseMs = mail.kind === 'registration_pending' ? REGISTRATION_PAUSE_MS : 0;
    const isOver = pauseMs > 0 ? await this.jobs.markSent(mail, pauseMs) : await this.jobs.delete(mail);
    if (!isOver) await this.jobs.startAnew(mail, pauseMs);
  }

  private async putOff(mail: LeasedMail, error: unknown): Promise<void> {
    const failure = readMailFailure(error);
    this.logger.warn(`mail ${mail.mailId} (${mail.kind}) to user ${mail.userId} waits: ${failure.reason}`);
    if (failure.kind === 'outage') this.rest();
    else this.pauseMs = 0;
    await this.jobs.putOff(mail, failure.reason, mailRetryDelay(failure.kind, mail.attempts));
  }

  /** This replica leaves the relay alone for a while, twice as long each time. */
  private rest(): void {
    // Several at once that failed are one failure.
    if (performance.now() < this.pausedUntil) return;
    this.pauseMs = Math.min(Math.max(EVERY_MS, this.pauseMs * 2), LONGEST_PAUSE_MS);
    this.pausedUntil = performance.now() + this.pauseMs;
  }

  private async giveUp(mail: LeasedMail, reason: string): Promise<void> {
    const isOver = await this.jobs.giveUp(mail, reason);
    if (!isOver) return this.jobs.startAnew(mail, 0);
    this.logger.error(`mail ${mail.mailId} (${mail.kind}) to user ${mail.userId} is given up after ${mail.attempts} attempts: ${reason}`);
  }
}

/** Every combination, also those of which there is none: an alarm needs a number. */
function toSamples(counts: MailCount[]) {
  return (['registration_pending', 'approved'] as const).flatMap((kind) =>
    (['due', 'failed'] as const).map((state) => ({
      labels: { kind, state },
      value: counts.find((group) => group.kind === kind && group.state === state)?.count ?? 0,
    })),
  );
}
