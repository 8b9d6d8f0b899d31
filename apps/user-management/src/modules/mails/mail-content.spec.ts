import { describe, expect, it } from '@jest/globals';
import { composeMail } from './mail-content.js';

const parts = { subject: 'Your account', name: 'Ada Lovelace', paragraphs: ['One.', 'Two.'], link: { label: 'Sign in', url: 'https://users.example.com' } };

describe('a mail', () => {
  it('says the same in text and in HTML', () => {
    expect(composeMail(parts)).toEqual({
      subject: 'Your account',
      text: 'Hello Ada Lovelace,\n\nOne.\n\nTwo.\n\nSign in: https://users.example.com\n',
      html:
        '<!doctype html>\n<html lang="en"><body>\n<p>Hello Ada Lovelace,</p>\n<p>One.</p>\n<p>Two.</p>\n'
        + '<p>Sign in: <a href="https://users.example.com">https://users.example.com</a></p>\n</body></html>\n',
    });
  });

  it('holds no markup that somebody typed', () => {
    const { html, text } = composeMail({
      ...parts,
      name: `<script>"x"&'y'`,
      paragraphs: ['<b>'],
      link: { label: '<i>', url: 'https://users.example.com/"><script>' },
    });
    expect(html).toContain('Hello &#60;script&#62;&#34;x&#34;&#38;&#39;y&#39;,');
    expect(html).not.toMatch(/<script|<b>|<i>|"><s/);
    expect(text).toContain('Hello <script>');
  });

  it.each([
    ['Ada\r\nBcc: x', 'Hello,'],
    ['\r\n Ada \t\u2028 Lovelace \u0000', 'Hello Ada Lovelace,'],
    ['\u202eada', 'Hello ada,'],
    ['Dr. J.R.R. O’Neill-Çelik', 'Hello Dr. J.R.R. O’Neill-Çelik,'],
    ['You won, see evil.example', 'Hello,'],
    ['https://evil', 'Hello,'],
    ['ada@example', 'Hello,'],
    ['x'.repeat(81), 'Hello,'],
    [' \u200b ', 'Hello,'],
  ])('greets %j in one line, and with no link of theirs', (name, greeting) => {
    const [first] = composeMail({ ...parts, name }).text.split('\n');
    expect(first).toBe(greeting);
  });

  it('has a subject of one line', () => {
    expect(composeMail({ ...parts, subject: 'Hello\r\nBcc: x@example.com\n' }).subject).toBe('Hello Bcc: x@example.com');
  });
});
