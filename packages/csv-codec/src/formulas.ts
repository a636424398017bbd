/**
 * What to do with a text that a spreadsheet would take for a formula.
 *
 * - `refuse`: EncodeError `CSV_FORMULA`.
 * - `prefix`: write an apostrophe before it. Spreadsheets then show text; whoever else reads it gets the apostrophe too.
 * - `quote`: write it in quotes, unchanged. Right for programs; some spreadsheets still calculate it.
 * - `leave`: write it as any other text.
 */
export type FormulaPolicy = 'refuse' | 'prefix' | 'quote' | 'leave'

/** What a column holds: in one of phones or numbers, a value that is one is no formula, though it begins with `+` or `-`. */
export type CsvColumnKind = 'text' | 'phone' | 'number'

/**
 * First characters that make a formula, in some spreadsheet or locale.
 *
 * @see OWASP CSV injection https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** No more than one sign, and only where a phone number has it: what else begins with one may calculate. */
const PHONE = /^\+?[\d(][\d ().\-/\u00a0]*$/
const NUMBER = /^[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?$/i

/** Tells whether a spreadsheet may take a text for a formula. */
export function isFormula(text: string, kind: CsvColumnKind): boolean {
  // A byte order mark is not seen, so what comes after it may be taken for the first character.
  if (!FORMULA.test(text.replace(/^\ufeff+/, ''))) return false
  if (kind === 'text') return true
  return !(kind === 'phone' ? PHONE : NUMBER).test(text)
}
