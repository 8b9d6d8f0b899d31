import { hashPassword, isPasswordRight } from './passwords.js';

describe('passwords', () => {
  it('are right only when they are the same, in either Unicode form', async () => {
    const hash = await hashPassword('Zoë-Passw0rd!');
    expect(await isPasswordRight('Zoë-Passw0rd!', hash)).toBe(true);
    expect(await isPasswordRight('Zoe\u0308-Passw0rd!', hash)).toBe(true);
    expect(await isPasswordRight('Zoë-Passw0rd', hash)).toBe(false);
  });

  it('are never right for an account without one', async () => {
    expect(await isPasswordRight('', null)).toBe(false);
  });

  it('hash differently each time, and damaged hashes match nothing', async () => {
    const hash = await hashPassword('x');
    expect(await hashPassword('x')).not.toBe(hash);
    for (const damaged of ['', 'scrypt', hash.slice(0, -2), 'plain']) expect(await isPasswordRight('x', damaged)).toBe(false);
  });

  it('are refused past a length nobody types, before any work', async () => {
    expect(await isPasswordRight('x'.repeat(5000), await hashPassword('x'))).toBe(false);
  });
});
