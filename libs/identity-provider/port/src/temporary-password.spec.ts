import { generateTemporaryPassword } from './temporary-password.js';

test('a temporary password is strong, whatever the dice say', () => {
  for (let i = 0; i < 500; i += 1) {
    const password = generateTemporaryPassword();
    expect(password).toHaveLength(20);
    for (const characters of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(characters);
  }
});
