import { describe, expect, it } from '@jest/globals';
import { readSender, readSmtpUrl, toMailSettings } from './mail-settings.js';

describe('the address of a relay', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, isSecure: false, requiresTls: false, isLocal: false, credentials: null }],
    ['smtp://mail.example.com:2525/', { port: 2525 }],
    ['smtps://mail.example.com', { port: 465, isSecure: true }],
    ['smtp://app:s%40cr%3At@mail.example.com', { credentials: { user: 'app', pass: 's@cr:t' }, requiresTls: true }],
    ['smtp://app:secret@localhost:1025', { isLocal: true, requiresTls: false }],
    ['smtp://app:secret@127.0.0.1:1025', { isLocal: true, requiresTls: false }],
    ['smtp://[::1]:1025', { host: '::1', isLocal: true }],
    ['smtp://app:secret@127.evil.example.com', { isLocal: false, requiresTls: true }],
  ])('%s is read', (value, settings) => {
    expect(readSmtpUrl(value)).toMatchObject(settings);
  });

  it.each([
    ['mail.example.com', 'http://mail.example.com', 'smtp://', 'smtp:///', 'smtp://mail.example.com:x', 'smtp://mail.example.com/path'],
    ['smtp://mail.example.com?logger=true', 'smtp://mail.example.com/?tls.rejectUnauthorized=false', 'smtp://mail.example.com#x', 'smtp://a:%zz@mail.example.com'],
  ].flat())('%s is none', (value) => {
    expect(readSmtpUrl(value)).toBeNull();
  });
});

describe('the sender', () => {
  it.each([
    ['no-reply@example.com', { name: '', address: 'no-reply@example.com' }],
    ['no-reply@localhost', { name: '', address: 'no-reply@localhost' }],
    ['The Clinic <no-reply@example.com>', { name: 'The Clinic', address: 'no-reply@example.com' }],
    ['"Clinic, The" <no-reply@example.com>', { name: 'Clinic, The', address: 'no-reply@example.com' }],
  ])('%s is read', (value, sender) => {
    expect(readSender(value)).toEqual(sender);
  });

  it.each(['Clinic', '@example.com', 'a@b@c', 'a@example.com, b@example.com', 'Clinic <a@example.com', 'Clinic\r\nBcc: x <a@example.com>', 'a@example.com\n', ''])(
    '%j is none',
    (value) => {
      expect(readSender(value)).toBeNull();
    },
  );
});

describe('without a relay', () => {
  const env = { SMTP_URL: undefined, MAIL_FROM: 'no-reply@localhost' };

  it('mails go into the mock’s mailbox, and nowhere with a provider that is none of ours', () => {
    expect(toMailSettings(env, 'mock')).toEqual({ transport: 'mailbox' });
    expect(toMailSettings(env, 'auth0')).toBeNull();
    expect(toMailSettings(env, 'cognito')).toBeNull();
  });

  it('a relay goes before the mock’s mailbox', () => {
    const settings = toMailSettings({ ...env, SMTP_URL: 'smtp://127.0.0.1:1025' }, 'mock');
    expect(settings).toMatchObject({ transport: 'smtp', from: { address: 'no-reply@localhost' }, port: 1025 });
  });
});
