import { canonicalEmail } from './canonical-email.js';

const LONGEST = 1000;

/** How texts are compared in a search: the same on every engine, whatever its locale. */
export function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** What the search looks through; the line break keeps a hit from reaching from the e-mail into the name. */
export function searchTextOf(email: string, displayName: string): string {
  return `${canonicalEmail(email)}\n${foldCase(displayName)}`.slice(0, LONGEST);
}
