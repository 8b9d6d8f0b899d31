import { randomInt } from 'node:crypto';

/** Letters and digits that look alike (0 O, 1 l I) are left out: temporary passwords are typed from paper. */
const CHARACTER_CLASSES = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#$%&*+-=?@_'];
const LENGTH = 20;

/** A random password of 20 characters with at least one of each class, some 120 bits: no provider's policy refuses it. */
export function generateTemporaryPassword(): string {
  const everything = CHARACTER_CLASSES.join('');
  const characters = CHARACTER_CLASSES.map(pick);
  while (characters.length < LENGTH) {
    characters.push(pick(everything));
  }
  return shuffle(characters).join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(characters: string[]): string[] {
  const rest = [...characters];
  return characters.map(() => rest.splice(randomInt(rest.length), 1).join(''));
}
