import { CodeFlow, CREDENTIALS } from '../test/code-flow.js';
import { refTo, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';
import { readLink } from '../test/mails.js';
import { OWN_PASSWORD } from '../test/new-account.js';
import { MemorySignInFailureStore } from './memory-sign-in-failure-store.js';
import { SecretBox } from './secret-box.js';
import { SignInLimit } from './sign-in-limit.js';

const MINUTE_MS = 60_000;

describe('wrong passwords', () => {
  let under: IssuerUnderTest;
  let flow: CodeFlow;
  let subject: string;
  let url: string;
  beforeEach(async () => {
    under = await startIssuer();
    flow = new CodeFlow(under);
    subject = await under.idp.seedAccount({ ...CREDENTIALS, displayName: 'Demo' });
    ({ url } = await flow.start());
  });
  afterEach(async () => {
    await under.stop();
    expect(under.errors).toEqual([]);
  });

  const attempt = async (email: string, password: string) => {
    const end = await flow.submit(url, { email, password });
    return { hasCode: new URL(end.url).searchParams.has('code'), html: await end.response.text(), status: end.response.status };
  };
  const isLocked = ({ html }: { html: string }) => html.includes('locked for now');
  const fail = async (times: number, email = CREDENTIALS.email) => {
    const answers = [];
    for (let i = 0; i < times; i += 1) answers.push(await attempt(email, 'wrong'));
    return answers;
  };

  it('lock after five in a row, also against the right one, and say so from the sixth on', async () => {
    expect((await fail(5)).map(isLocked)).toEqual([false, false, false, false, false]);
    expect(isLocked(await attempt(CREDENTIALS.email, 'wrong'))).toBe(true);
    const right = await attempt(CREDENTIALS.email, CREDENTIALS.password);
    expect({ locked: isLocked(right), status: right.status, code: right.hasCode }).toEqual({ locked: true, status: 400, code: false });
  });

  it('stop counting at the right one', async () => {
    await fail(4);
    expect((await attempt(CREDENTIALS.email, CREDENTIALS.password)).hasCode).toBe(true);
    flow = new CodeFlow(under);
    ({ url } = await flow.start());
    expect((await fail(5)).some(isLocked)).toBe(false);
  });

  it('lock for fifteen minutes from the fifth, however often it is tried meanwhile', async () => {
    await fail(5);
    under.wait(14 * MINUTE_MS);
    expect(isLocked(await attempt(CREDENTIALS.email, CREDENTIALS.password))).toBe(true);
    under.wait(MINUTE_MS);
    expect((await attempt(CREDENTIALS.email, CREDENTIALS.password)).hasCode).toBe(true);
  });

  it('may be five again after a lock', async () => {
    await fail(6);
    under.wait(15 * MINUTE_MS);
    expect((await fail(6)).map(isLocked)).toEqual([false, false, false, false, false, true]);
  });

  it('are counted for one address, however it is written, and for no other', async () => {
    await fail(3);
    await fail(2, '  ADMIN@example.com ');
    expect(isLocked(await attempt(CREDENTIALS.email, CREDENTIALS.password))).toBe(true);
    expect(isLocked(await attempt('other@example.com', 'wrong'))).toBe(false);
  });

  it('look the same for an account, a blocked one, and an address that has none', async () => {
    await under.idp.seedAccount({ email: 'blocked@example.com', displayName: 'B', password: CREDENTIALS.password, blocked: true });
    const pages = [];
    for (const email of [CREDENTIALS.email, 'blocked@example.com', 'nobody@example.com']) {
      const answers = await fail(7, email);
      pages.push(answers.map(({ html, status }) => `${status} ${html.replace(/ value="[^"]*"/, '')}`).join());
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('are checked five times when twenty come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(CREDENTIALS.email, 'wrong')));
    expect(answers.filter((answer) => !isLocked(answer))).toHaveLength(5);
  });

  it('are forgotten when an administrator sets a temporary password', async () => {
    await fail(6);
    const password = await under.idp.provider.setTemporaryPassword(refTo(subject));
    const end = await flow.submit(url, { email: CREDENTIALS.email, password });
    expect(end.url).toBe(`${url}/password`);
  });

  it('are forgotten when their owner has chosen a new one by mail, not when the mail is sent', async () => {
    await fail(6);
    await under.idp.provider.startPasswordReset(refTo(subject));
    expect(isLocked(await attempt(CREDENTIALS.email, CREDENTIALS.password))).toBe(true);
    await flow.submit(await readLink(under, CREDENTIALS.email), { password: OWN_PASSWORD, repeat: OWN_PASSWORD });
    expect((await attempt(CREDENTIALS.email, OWN_PASSWORD)).hasCode).toBe(true);
  });

  it('leave no address behind', async () => {
    const claimed: string[] = [];
    const { claim } = under.signInFailures;
    under.signInFailures.claim = (key, rule) => {
      claimed.push(key);
      return claim.call(under.signInFailures, key, rule);
    };
    await fail(1, 'stranger@example.com');
    expect(claimed).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});

describe('the counts', () => {
  it('stay bounded, and a flood of addresses does not lift a lock', async () => {
    const failures = new MemorySignInFailureStore();
    let now = 0;
    const limit = new SignInLimit(failures, new SecretBox([{ d: 'secret' }]), () => now);
    for (let i = 0; i < 5; i += 1) await limit.claim('locked@example.com');
    for (let i = 0; i < 12_000; i += 1) {
      now += 10;
      await limit.claim(`flood-${i}@example.com`);
    }
    expect(failures.size).toBeLessThanOrEqual(10_101);
    expect(await limit.claim('locked@example.com')).toBe(false);
    now += 24 * 60 * MINUTE_MS;
    for (let i = 0; i < 100; i += 1) await limit.claim(`later-${i}@example.com`);
    expect(failures.size).toBeLessThanOrEqual(100);
  });
});
