/** Where a list goes on, as one word that fits into an address. Anybody can read and forge one. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @returns what the word holds, for a schema to check; null when it holds nothing */
export function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
