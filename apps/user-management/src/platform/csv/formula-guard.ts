/** What a spreadsheet takes for the start of a formula, behind any number of our own guards. */
const FORMULA = /^'*[=+\-@\t\r]/;
const GUARD = "'";

/**
 * A spreadsheet runs a cell that starts like a formula (CSV injection); the apostrophe makes a text of it. Telephone
 * numbers start with `+`, so `unguardFormula` must give back exactly what went in: a cell that looks guarded gets a
 * second guard.
 */
export function guardFormula(cell: string): string {
  return FORMULA.test(cell) ? GUARD + cell : cell;
}

/** Takes off what `guardFormula`, or a spreadsheet, put before the text. */
export function unguardFormula(cell: string): string {
  return cell.startsWith(GUARD) && FORMULA.test(cell) ? cell.slice(GUARD.length) : cell;
}
