import { canonicalEmail } from './canonical-email.js';

const LONGEST = 1000;

/** How texts are compared in a search: the same on every engine, whatever its locale. */
export function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** A text as the search compares it. A sigma at the end of a word has a small letter of its own: `ΟΔΥΣ` finds `ΟΔΥΣΣΕΥΣ`. */
export function searchable(text: string): string {
  return foldCase(text).replaceAll('ς', 'σ');
}

/** What the search looks through; the line break keeps a hit from reaching from the e-mail into the name. */
export function searchTextOf(email: string, displayName: string): string {
  return `${searchable(canonicalEmail(email))}\n${searchable(displayName)}`.slice(0, LONGEST);
}
