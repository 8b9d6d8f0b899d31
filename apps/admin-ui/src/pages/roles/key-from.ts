const LONGEST = 64;

/** A key as the service takes it, from a role's name: `Claims clerk` becomes `CLAIMS_CLERK`. */
export function keyFrom(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, LONGEST);
}
