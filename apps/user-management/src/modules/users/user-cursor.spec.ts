import { describe, expect, it } from '@jest/globals';
import type { UserProfile } from '@sa-platform/contracts';
import fc from 'fast-check';
import { AppError } from '../../platform/errors/app-error.js';
import { nextCursor, parseCursor, parseSort } from './user-cursor.js';
import { USER_SORTS } from './users.dto.js';

const user: UserProfile = {
  id: '01970000-0000-7000-8000-000000000001',
  external_id: null,
  email: 'Ada@Example.com',
  display_name: 'Ada "the first" Löwe 🦁',
  user_type: 'user',
  status: 'active',
  phone: null,
  locale: null,
  time_zone: null,
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-01-02T03:04:05.678Z',
};
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('parseSort', () => {
  it('reads a leading minus as descending', () => {
    expect(parseSort('-created_at')).toEqual({ by: 'created_at', descending: true });
    expect(parseSort('display_name')).toEqual({ by: 'display_name', descending: false });
  });
});

describe('parseCursor', () => {
  it.each(USER_SORTS)('reads what nextCursor wrote for %s', (sort) => {
    const { by } = parseSort(sort);
    const value = by === 'email' ? 'ada@example.com' : user[by];
    expect(parseCursor(nextCursor(user, sort), sort)).toEqual({ value, id: user.id });
  });

  it('is made of URL-safe characters, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        const cursor = nextCursor({ ...user, display_name: name }, 'display_name');
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(parseCursor(cursor, 'display_name').value).toBe(name);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['null', encode(null)],
    ['the cursor of another sort', nextCursor(user, 'email')],
    ['the cursor of the other direction', nextCursor(user, 'created_at')],
    ['an object where the value belongs', encode({ sort: '-created_at', value: { not: '' }, id: 'a' })],
    ['a time that is none', encode({ sort: '-created_at', value: 'yesterday', id: 'a' })],
    ['an id that is none', encode({ sort: '-created_at', value: user.created_at, id: "' OR 1=1 --" })],
    ['one field more', encode({ sort: '-created_at', value: user.created_at, id: 'a', limit: 1000 })],
    ['a huge value', encode({ sort: '-created_at', value: 'x'.repeat(401), id: 'a' })],
  ])('refuses %s and names the field', (_, cursor) => {
    expect.assertions(2);
    try {
      parseCursor(cursor, '-created_at');
    } catch (error) {
      expect((error as AppError).code).toBe('request.invalid');
      expect((error as AppError).errors?.[0]?.field).toBe('cursor');
    }
  });
});
