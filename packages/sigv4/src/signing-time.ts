const FORM = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/

/**
 * Writes an instant as SigV4 does: UTC, `YYYYMMDDTHHMMSSZ`, whole seconds.
 *
 * @throws RangeError an instant that no date can hold; callers check for it first.
 */
export function formatSigningTime(atMs: number): string {
  const iso = new Date(atMs).toISOString()
  // By place: this runs for every signature, and a regular expression takes most of the time of a hash.
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Reads `YYYYMMDDTHHMMSSZ` to milliseconds, or null when it has another form or names no real instant. */
export function parseSigningTime(text: string): number | null {
  const match = FORM.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC carries 31 February over to March, which is not what was written.
  return formatSigningTime(atMs) === text ? atMs : null
}

const AFTER_LAST_MS = Date.UTC(10_000, 0)

/** Tells whether an instant can be written as a signing time: from 1970 on, and with four digits for the year. */
export function isSigningTime(atMs: number): boolean {
  return atMs >= 0 && atMs < AFTER_LAST_MS
}
