import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdentityApp } from './identity-app.js';
import { MailDesk } from './mail-desk.js';
import { MailReceiver } from './mail-receiver.js';
import { ADMIN, expectRefused, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';

const HOUR_MS = 3_600_000;

describe('mails to people', () => {
  let app: TestApp;
  let people: People;
  let receiver: MailReceiver;
  let desk: MailDesk;
  let otherAdmin: Person;
  beforeAll(async () => {
    receiver = await MailReceiver.create();
    app = await TestApp.start(receiver.environment);
    desk = new MailDesk(app, receiver);
    people = new People(app);
    otherAdmin = await people.user([], { user_type: 'admin' });
    const suspended = await people.user([], { user_type: 'admin' });
    await people.admin('PATCH', `admin/users/${suspended.id}`, { status: 'suspended' });
  });
  afterAll(async () => {
    await app.stop();
    await receiver.stop();
  });
  beforeEach(() => {
    receiver.mails.length = 0;
  });
  afterEach(async () => {
    receiver.refusals.clear();
    receiver.holds.clear();
    await desk.clear();
  });

  const toAdmins = () => receiver.mails.map(({ to, subject }) => `${to}: ${subject}`).sort();
  const eachAdmin = (subject: string) => [ADMIN, otherAdmin.email].map((to) => `${to}: ${subject}`).sort();
  const subjectNow = async () => `${await prismaOf(app).user.count({ where: { status: 'pending' } })} people wait for approval`;
  const idsOf = (address: string) => new Set(receiver.to(address).map(({ headers }) => headers['message-id'])).size;

  describe('about a registration', () => {
    it('go to each active platform admin, say how many wait, where, and not who', async () => {
      const { email } = await desk.newcomer();
      const subject = await subjectNow();
      await until(() => receiver.mails, (mails) => mails.length >= 2);
      await desk.idle();
      expect(toAdmins()).toEqual(eachAdmin(subject));
      const [mail] = receiver.to(ADMIN);
      expect(mail).toMatchObject({ subject, headers: { from: 'Clinic <no-reply@clinic.example>', to: ADMIN, 'auto-submitted': 'auto-generated' } });
      expect(mail?.headers['message-id']).toMatch(/^<[0-9a-f-]{36}@clinic\.example>$/);
      expect(mail?.text).toContain(`Look at who waits: ${app.url}`);
      expect(mail?.html).toContain(`<a href="${app.url}">`);
      expect(mail?.raw).not.toContain(email);
    });

    it('are one for all who register within 15 minutes of the last, and only while somebody waits', async () => {
      await desk.newcomer();
      await Promise.all([desk.arrived(ADMIN), desk.arrived(otherAdmin.email)]);
      for (let count = 0; count < 3; count += 1) await desk.newcomer();
      await until(() => prismaOf(app).mailJob.count({ where: { kind: 'registration' } }), (left) => left === 0);
      await sleep(300);
      expect(receiver.mails).toHaveLength(2);
      const { state, runAt } = await prismaOf(app).mailJob.findFirstOrThrow({ where: { userId: otherAdmin.id } });
      expect({ state, minutes: Math.round((runAt.getTime() - Date.now()) / 60_000) }).toEqual({ state: 'due', minutes: 15 });
      expect((await app.request('GET', '/metrics')).text).toContain('mail_queue_mails{kind="registration_pending",state="due"} 0');

      await desk.endPause();
      await desk.idle();
      const subject = await subjectNow();
      expect(toAdmins().filter((line) => line.includes(subject))).toEqual(eachAdmin(subject));
      expect([receiver.to(ADMIN).length, idsOf(ADMIN)]).toEqual([2, 2]);

      await desk.newcomer();
      await until(() => prismaOf(app).mailJob.count({ where: { state: 'due', kind: 'registration_pending' } }), (due) => due === 2);
      await prismaOf(app).user.updateMany({ where: { status: 'pending' }, data: { status: 'active' } });
      await desk.endPause();
      await desk.idle();
      expect(receiver.mails).toHaveLength(4);
    });
  });

  describe('about an approval', () => {
    it.each([
      ['POST approve', 'clinician', 'Welcome as a clinician', (id: string) => app.as(ADMIN, 'POST', 'admin/users/approve', { user_id: id, role: 'clinician' })],
      ['POST bulk-approve', 'patient', 'to its patients', (id: string) => app.as(ADMIN, 'POST', 'admin/users/bulk-approve', { user_ids: [id], role: 'patient' })],
      ['PUT role', 'admin', 'Welcome as a platform administrator', (id: string) => app.as(ADMIN, 'PUT', `admin/users/${id}/role`, { role: 'admin' })],
      ['PATCH status', 'user', 'your organisation has given you', (id: string) => app.as(ADMIN, 'PATCH', `admin/users/${id}`, { status: 'active' })],
    ] as const)('by %s reach the user once, with the welcome for the type %s', async (_way, _type, welcome, admit) => {
      const { id, email } = await desk.newcomer();
      expect((await admit(id)).status).toBe(200);
      const [mail] = await desk.arrived(email);
      expect(mail).toMatchObject({ to: email, subject: 'Your account is active' });
      for (const text of [mail?.text, mail?.html]) {
        expect(text).toContain(welcome);
        expect(text).toContain(app.url);
      }
      await desk.gone(id);
      expect(receiver.to(email)).toHaveLength(1);
      await people.admin('PATCH', `admin/users/${id}`, { status: 'suspended' });
    });

    it('that was undone are asked for by nobody', async () => {
      const { id } = await desk.newcomer();
      const approval = { user_id: id, role: 'user', organisation_id: 'nowhere', membership_role_key: 'BILLER' };
      expectRefused(await app.as(ADMIN, 'POST', 'admin/users/approve', approval), 'organisation.not_found');
      expect(await desk.job(id)).toBeNull();
    });

    it('come again for whoever is approved again while the first is on its way', async () => {
      const { id, email } = await desk.newcomer();
      let letGo: (value?: unknown) => void = () => undefined;
      receiver.holds.set(email, new Promise((resolve) => (letGo = resolve)));
      await desk.approve(id);
      await until(() => receiver.begun, (begun) => begun.includes(email));
      await desk.revoke(id);
      await desk.approve(id);
      letGo();
      await desk.arrived(email, 2);
      await desk.gone(id);
      expect([receiver.to(email).length, idsOf(email)]).toEqual([2, 2]);
    });

    it('are given up after three days, which the metrics say', async () => {
      const { id, email } = await desk.newcomer();
      receiver.refusals.set(email, { code: 550, message: 'nobody' });
      await desk.approve(id);
      await desk.jobOnce(id, ({ attempts }) => attempts === 1);
      await desk.age(id, 71 * HOUR_MS);
      expect(await desk.jobOnce(id, ({ attempts }) => attempts === 2)).toMatchObject({ state: 'due' });
      await desk.age(id, 73 * HOUR_MS);
      expect(await desk.jobOnce(id, ({ state }) => state === 'failed')).toMatchObject({ error: 'EENVELOPE 550', leaseId: null });
      const { text } = await app.request('GET', '/metrics');
      expect(text).toContain('mail_queue_mails{kind="approved",state="failed"} 1');
      expect(text).toContain('mail_queue_mails{kind="approved",state="due"} 0');
      // Approved anew they are mailed anew.
      receiver.refusals.clear();
      await desk.revoke(id);
      await desk.approve(id);
      await desk.arrived(email);
    });

    it('take a name that somebody typed as text, and an address as one', async () => {
      const { id, email } = await desk.newcomer();
      const names = [`Eve\r\nBcc: eve@evil.example\r\n\r\n<script>`, `<script>"Eve"`];
      for (const displayName of names) {
        await prismaOf(app).user.update({ where: { id }, data: { displayName } });
        await desk.approve(id);
        await desk.gone(id);
        await desk.revoke(id);
      }
      const [split, markup] = receiver.to(email);
      expect(split).toMatchObject({ to: email, text: expect.stringMatching(/^Hello,\n/) });
      expect(split?.headers).not.toHaveProperty('bcc');
      expect(split?.raw).not.toContain('evil.example');
      expect(markup?.html).toContain('Hello &#60;script&#62;&#34;Eve&#34;,');
      expect(markup?.headers.to).toBe(email);

      await prismaOf(app).user.update({ where: { id }, data: { email: `${email}, eve@evil.example`, emailCanonical: unique('broken') } });
      await desk.approve(id);
      expect(await desk.jobOnce(id, ({ state }) => state === 'failed')).toMatchObject({ error: 'address' });
      expect(receiver.mails.map(({ to }) => to)).not.toContain('eve@evil.example');
    });
  });
});

describe('without SMTP_URL', () => {
  it('mails are in the mock’s mailbox', async () => {
    const app = await TestApp.start();
    try {
      const desk = new MailDesk(app);
      const { id, email } = await desk.newcomer();
      await desk.approve(id);
      const mailbox = async (to: string) =>
        (await app.request('GET', `/mock-idp/mailbox?to=${encodeURIComponent(to)}`, { headers: { accept: 'application/json' } })).body.mails;
      const [mail] = await until(() => mailbox(email), (mails) => mails.length > 0);
      expect(mail).toMatchObject({ to: email, subject: 'Your account is active', text: expect.stringContaining('to its patients') });
      // The demo's pending person waits; the newcomer, unless they were approved first.
      const [told] = await until(() => mailbox(ADMIN), (mails) => mails.length > 0);
      expect(told.subject).toMatch(/^(1 person waits|2 people wait) for approval$/);
    } finally {
      await app.stop();
    }
  });

  it('and without the mock nothing is queued', async () => {
    const identity = await IdentityApp.start('auth0');
    try {
      const [id, email] = [unique('waits'), 'waits@example.com'];
      const user = { id, email, emailCanonical: email, searchText: email, displayName: 'W', userType: 'user', status: 'pending' };
      await prismaOf(identity.app).user.create({ data: user });
      await identity.ask('POST', 'admin/users/approve', { user_id: id, role: 'user' });
      expect(await prismaOf(identity.app).mailJob.count()).toBe(0);
    } finally {
      await identity.stop();
    }
  });
});
