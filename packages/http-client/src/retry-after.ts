/** The forms of an HTTP date: IMF-fixdate, and the two obsolete ones that a recipient has to accept. */
const HTTP_DATES = [
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\S{8}) GMT$/,
  /^\w+day, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\S{8}) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\S{8}) (?<year>\d{4})$/,
]

/**
 * Reads a `Retry-After` header: how many milliseconds from now the server asks to be left alone, never negative.
 *
 * @param value - Raw header value, or null when absent.
 * @returns Null when absent or neither a number of seconds nor an HTTP date.
 * @see RFC 9110 section 10.2.3 https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER)
  const atMs = parseHttpDate(text, nowMs)
  return atMs === null ? null : Math.max(0, atMs - nowMs)
}

/** @see RFC 9110 section 5.6.7 https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
function parseHttpDate(text: string, nowMs: number): number | null {
  for (const form of HTTP_DATES) {
    const groups = form.exec(text)?.groups
    if (groups !== undefined) return instantOf(groups, nowMs)
  }
  return null
}

function instantOf({ day = '', month, year = '', time = '' }: Record<string, string>, nowMs: number): number | null {
  const fourDigits = year.length === 2 ? fullYear(Number(year), nowMs) : year
  // A minute may have 61 seconds: the grammar allows a leap second.
  const second = time.replace(/:60$/, ':59')
  const written = `${day.replace(' ', '0')} ${month} ${fourDigits} ${second} GMT`
  const date = new Date(written)
  // What is no instant comes back as another one, or as none.
  if (!date.toUTCString().endsWith(written)) return null
  return date.getTime() + (second === time ? 0 : 1000)
}

/** Completes a year of two digits: one that seems more than 50 years ahead is in the past. */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}
