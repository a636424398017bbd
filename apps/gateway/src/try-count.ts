/**
 * Takes the numbers of a field out of a JSON text. Within a string its quotes would be escaped.
 *
 * @param field - A name of letters, digits and `_`.
 */
export function withoutCount(text: string, field: string): string {
  return text.replaceAll(new RegExp(`("${field}"\\s*:\\s*)\\d+`, 'g'), '$1')
}
