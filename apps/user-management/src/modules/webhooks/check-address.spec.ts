import { describe, expect, it } from '@jest/globals';
import { faultOfUrl, isAllowedAddress } from './check-address.js';

const PUBLIC = ['8.8.8.8', '93.184.216.34', '2a00:1450:4001::1', '2606:4700::1', '::ffff:8.8.8.8'];
const PRIVATE = [
  ...['127.0.0.1', '127.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '198.18.0.1', '192.0.2.1', '240.0.0.1'],
  ...['::1', 'fc00::1', 'fd12:3456::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::7f00:1', 'fec0::1', '2001:db8::1', '4000::1'],
  // Translated to IPv4 on the way: NAT64, 6to4, Teredo.
  ...['64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001::1', '100::1'],
];
const NEVER = ['0.0.0.0', '0.1.2.3', '::', '255.255.255.255', '224.0.0.1', 'ff02::1', '169.254.169.254', 'fe80::1', '::ffff:169.254.169.254', '::ffff:0.0.0.0'];

describe('an address', () => {
  it.each(PUBLIC)('%s is public', (address) => {
    expect([isAllowedAddress(address, false), isAllowedAddress(address, true)]).toEqual([true, true]);
  });

  it.each(PRIVATE)('%s is private, and allowed to those who allow that', (address) => {
    expect([isAllowedAddress(address, false), isAllowedAddress(address, true)]).toEqual([false, true]);
  });

  it.each([...NEVER, '', 'localhost', '1.2.3', 'example.com'])('%s is nobody’s receiver', (address) => {
    const isShort = address === '1.2.3';
    expect([isAllowedAddress(address, false), isAllowedAddress(address, true) && !isShort]).toEqual([isShort, false]);
  });
});

describe('the URL of a webhook', () => {
  it.each(['https://hooks.example.com/a?b=c', 'https://hooks.example.com:8443/', 'https://8.8.8.8/', 'https://[2a00:1450::1]/', 'https://127.0.0.1.example.com/'])(
    '%s is taken',
    (url) => {
      expect(faultOfUrl(new URL(url), false)).toBeNull();
    },
  );

  it.each([
    ['http://hooks.example.com/', 'must start with https://'],
    ['ftp://hooks.example.com/', 'must start with https://'],
    ['https://user:pass@hooks.example.com/', 'must not hold credentials'],
    ['https://user@hooks.example.com/', 'must not hold credentials'],
    ['https://127.0.0.1/', 'must not lead to a private address'],
    ['https://2130706433/', 'must not lead to a private address'],
    ['https://0x7f.1/', 'must not lead to a private address'],
    ['https://[::ffff:7f00:1]/', 'must not lead to a private address'],
    ['https://[::1]:8443/', 'must not lead to a private address'],
    ['https://169.254.169.254/latest/meta-data', 'must not lead to a private address'],
    ['https://localhost/', 'must not lead to a private name'],
    ['https://LOCALHOST./', 'must not lead to a private name'],
    ['https://a.localhost/', 'must not lead to a private name'],
    ['https://redis:6379/', 'must not lead to a private name'],
  ])('%s is refused: it %s', (url, fault) => {
    expect(faultOfUrl(new URL(url), false)).toBe(fault);
  });

  it('may lead to this machine and be http where that is allowed, but holds no credentials', () => {
    for (const url of ['http://127.0.0.1:8080/', 'http://receiver:8080/', 'https://[::1]/', 'http://localhost/']) expect(faultOfUrl(new URL(url), true)).toBeNull();
    expect(faultOfUrl(new URL('http://user@127.0.0.1/'), true)).toBe('must not hold credentials');
    expect(faultOfUrl(new URL('http://169.254.169.254/'), true)).toBe('must not lead to a private address');
    expect(faultOfUrl(new URL('ftp://127.0.0.1/'), true)).toBe('must start with https://');
  });
});
