/** @returns a LIKE pattern, to be used with `ESCAPE '!'`, that matches the text anywhere and takes it literally */
export function containing(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`;
}
