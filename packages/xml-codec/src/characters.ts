/** Every character that XML 1.0 cannot hold, half a surrogate pair among them. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Finds the first character that XML 1.0 cannot hold; -1 when there is none.
 *
 * @see XML 1.0 section 2.2 https://www.w3.org/TR/xml/#charsets
 */
export function findForbiddenCharacter(text: string): number {
  return text.search(NOT_XML)
}
