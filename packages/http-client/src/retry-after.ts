const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`
const MONTH = `(?<month>${MONTHS.join('|')})`
const SHORT_DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)'

/** The forms of an HTTP date: IMF-fixdate, and the two obsolete ones that a recipient has to accept. */
const HTTP_DATES = [
  new RegExp(String.raw`^${SHORT_DAY}, (?<day>\d{2}) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d{2})-${MONTH}-(?<year>\d{2}) ${TIME} GMT$`),
  new RegExp(String.raw`^${SHORT_DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
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

function instantOf(groups: Record<string, string>, nowMs: number): number | null {
  const field = (name: string) => Number(groups[name])
  const month = MONTHS.indexOf(groups['month'] ?? '')
  const [day, hour, minute, second] = [field('day'), field('hour'), field('minute'), field('second')]
  // A minute may have 61 seconds: the grammar allows a leap second.
  if (hour > 23 || minute > 59 || second > 60) return null
  const year = groups['year']?.length === 2 ? fullYear(field('year'), nowMs) : field('year')
  const midnight = new Date(Date.UTC(year, month, day))
  const rolledOver = midnight.getUTCMonth() !== month || midnight.getUTCDate() !== day
  return rolledOver ? null : midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
}

/** Completes a year of two digits: one that seems more than 50 years ahead is in the past. */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}
