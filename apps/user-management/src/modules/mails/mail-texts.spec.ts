import { describe, expect, it } from '@jest/globals';
import { USER_TYPES } from '@sa-platform/contracts';
import { approvalMail, registrationMail } from './mail-texts.js';

const URL = 'https://users.example.com';
const recipient = { email: 'ada@example.com', displayName: 'Ada', userType: 'user' } as const;

describe('the mail to somebody who was approved', () => {
  it('has a welcome of its own for each type of user, and the address to go to', () => {
    const texts = USER_TYPES.map((userType) => approvalMail({ ...recipient, userType }, URL).text);
    expect(new Set(texts).size).toBe(4);
    for (const text of texts) expect(text).toMatch(/^Hello Ada,\n\n.*approved\.\n\nWelcome[^]*https:\/\/users\.example\.com\n$/);
  });
});

describe('the mail to administrators', () => {
  it.each([
    [1, '1 person waits for approval'],
    [2, '2 people wait for approval'],
    [999, '999 people wait for approval'],
    [1_000, '1,000 people or more wait for approval'],
  ])('says that %i wait', (waiting, subject) => {
    const mail = registrationMail(recipient, waiting, URL);
    expect(mail.subject).toBe(subject);
    expect(mail.text).toContain(URL);
  });
});
