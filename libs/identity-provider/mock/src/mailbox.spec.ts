import type { AccountRef } from '@sa-platform/identity-provider';
import { CodeFlow } from '../test/code-flow.js';
import { generateKeys, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { readInvitation, readMails } from '../test/mails.js';
import { ADA } from '../test/new-account.js';

const MAIL = { to: 'ada@example.com', subject: 'Hello <b>', text: 'See https://example.com/a?b=c&d=1 and <script>alert(1)</script>' };

describe('the mailbox', () => {
  let under: IssuerUnderTest;
  beforeEach(async () => {
    under = await startIssuer();
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  const page = async (path: string) => {
    const response = await fetch(`${under.issuer}/${path}`, { headers: { accept: 'text/html' } });
    return { status: response.status, headers: response.headers, html: await response.text() };
  };

  it('lists mails newest first, for people and for scripts', async () => {
    await under.idp.deliver({ ...MAIL, subject: 'First' });
    await under.idp.deliver({ ...MAIL, to: 'Grace@example.com', subject: 'Second' });
    const mails = await readMails(under);
    expect(mails.map(({ subject, to }) => [subject, to])).toEqual([['Second', 'Grace@example.com'], ['First', 'ada@example.com']]);
    const { html } = await page('mailbox');
    expect(html.indexOf('Second')).toBeLessThan(html.indexOf('First'));
    expect((await readMails(under, ' GRACE@example.com')).map(({ subject }) => subject)).toEqual(['Second']);
    expect(await readMails(under, 'nobody@example.com')).toEqual([]);
    expect((await page('mailbox?to=nobody%40example.com')).html).toContain('No mails');
  });

  it('shows one mail with its links, everything else escaped and no script allowed', async () => {
    await under.idp.deliver(MAIL);
    const [mail] = await readMails(under);
    const { html, headers } = await page(`mailbox/${mail?.id}`);
    expect(html).toContain('<a href="https://example.com/a?b=c&amp;d=1">https://example.com/a?b=c&amp;d=1</a>');
    expect(html).toContain('Hello &lt;b&gt;');
    expect(html).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const json = await fetch(`${under.issuer}/mailbox/${mail?.id}`, { headers: { accept: 'application/json' } });
    expect(await json.json()).toEqual({ ...MAIL, id: mail?.id, sent_at: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it.each(['0', '-1', '99999999999999999999', 'x', '1.5', '%00'])('answers 404 for the mail %s', async (id) => {
    expect((await page(`mailbox/${id}`)).status).toBe(404);
  });

  it('goes on with older mails, and keeps the newest thousand', async () => {
    for (let i = 1; i <= 1_003; i += 1) await under.idp.deliver({ ...MAIL, subject: `Mail ${i}.` });
    const seen: string[] = [];
    let query = '';
    for (let pages = 0; pages < 30; pages += 1) {
      const response = await fetch(`${under.issuer}/mailbox${query}`, { headers: { accept: 'application/json' } });
      const { mails, older_than: before } = await response.json() as { mails: { subject: string }[]; older_than: string | null };
      seen.push(...mails.map(({ subject }) => subject));
      if (before === null) break;
      query = `?before=${before}`;
    }
    expect(seen).toHaveLength(1_000);
    expect([seen[0], seen.at(-1)]).toEqual(['Mail 1003.', 'Mail 4.']);
    expect((await page('mailbox')).html).toContain('Older mails');
  });

  it('keeps nothing in clear, and nothing can be read with another key or in another row', async () => {
    await under.idp.provider.createUser(ADA);
    const password = await readInvitation(under, ADA.email);
    const stored = await under.mails.list({ recipientKey: null, before: null, limit: 10 });
    const dump = stored.map(({ sealed, recipientKey, sentAt }) => [sealed, recipientKey, sentAt].join()).join();
    const decoded = Buffer.from(stored[0]?.sealed ?? '', 'base64url').toString('latin1');
    for (const secret of [password, ADA.email, 'invited']) expect(dump + decoded).not.toContain(secret);
    expect(JSON.stringify(await under.accounts.list(null, 10))).not.toContain(password);

    const other = await startIssuer({ mails: under.mails, signingKeys: await generateKeys() });
    expect(await readMails(other)).toEqual([]);
    await other.stop();
    const [mail] = stored;
    if (mail) await under.mails.insert({ ...mail, recipientKey: 'another' });
    expect(await readMails(under)).toHaveLength(1);
  });

  it('loses the mails of an account that is deleted, and nobody else’s', async () => {
    const ada = await under.idp.provider.createUser(ADA);
    await under.idp.deliver({ ...MAIL, to: 'grace@example.com' });
    await under.idp.provider.delete(ada);
    expect((await readMails(under)).map(({ to }) => to)).toEqual(['grace@example.com']);
  });

  describe('gets invitations', () => {
    let ada: AccountRef;
    beforeEach(async () => {
      ada = await under.idp.provider.createUser(ADA);
    });
    const accepts = async (password: string) => {
      const flow = new CodeFlow(under);
      const { url } = await flow.start();
      return (await flow.submit(url, { email: ADA.email, password })).url.endsWith('/password');
    };

    it('with the address to sign in at and a temporary password', async () => {
      const [mail] = await readMails(under, ADA.email);
      expect(mail?.text).toContain('Sign in at: http://127.0.0.1:4999');
      expect(await accepts(await readInvitation(under, ADA.email))).toBe(true);
    });

    it('again with a new password, and the one before is dead', async () => {
      const first = await readInvitation(under, ADA.email);
      await under.idp.provider.resendInvitation(ada);
      const second = await readInvitation(under, ADA.email);
      expect(second).not.toBe(first);
      expect([await accepts(first), await accepts(second)]).toEqual([false, true]);
      expect(await readMails(under)).toHaveLength(2);
    });

    it('only when they are asked for', async () => {
      await under.idp.provider.createUser({ ...ADA, userId: 'u2', email: 'b@example.com', delivery: 'temporary_password' });
      await under.idp.provider.createUser({ ...ADA, userId: 'u3', email: 'c@example.com', delivery: 'none' });
      expect((await readMails(under)).map(({ to }) => to)).toEqual([ADA.email]);
    });

    it('as a link to choose a password for somebody who has one of their own, and keeps that one', async () => {
      await under.idp.seedAccount({ email: 'own@example.com', displayName: 'Own', password: 'Passw0rd!' });
      const [own] = await under.idp.provider.findByEmail('own@example.com');
      if (own) await under.idp.provider.resendInvitation(own);
      expect((await readMails(under, 'own@example.com'))[0]?.text).toContain('/reset?token=');
      const flow = new CodeFlow(under);
      const { url } = await flow.start();
      expect((await flow.submit(url, { email: 'own@example.com', password: 'Passw0rd!' })).url).toContain('code=');
    });
  });
});
