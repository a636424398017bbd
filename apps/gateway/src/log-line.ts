import type { Log, LogLevel } from './ports.ts'

/** The levels, the least urgent first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

/** Longest text of a field, in UTF-16 code units: whatever is longer was never meant for a log. */
const MAX_TEXT_LENGTH = 512

/**
 * What JSON may hold as it is, and a terminal or a reader of lines would act on: DEL and the C1 controls (one of them begins
 * an escape sequence), line and paragraph separators, and what turns the direction of text. JSON itself escapes the C0
 * controls and lone surrogates.
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const ACTIVE = /[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/
const EACH_ACTIVE = new RegExp(ACTIVE, 'g')

type Fields = Readonly<Record<string, string | number | boolean>>

/**
 * Writes one entry as one line of JSON, without its line end: whatever a field holds, it stays one line and plain text.
 *
 * @param time - RFC 3339, or null where whoever reads the line has a time of its own for it.
 */
export function jsonLine(time: string | null, level: LogLevel, message: string, fields: Fields = {}): string {
  // Not one object of all of it: there is a line for every request, and copying its fields costs as much as writing them.
  const head = `{${time === null ? '' : `"time":"${time}",`}"level":"${level}","message":${JSON.stringify(message)}`
  const rest = JSON.stringify(hasLongText(fields) ? shortened(fields) : fields)
  const line = rest === '{}' ? `${head}}` : `${head},${rest.slice(1)}`
  return plain(line)
}

/** Escapes what JSON may hold as it is. */
const plain = (json: string): string => (ACTIVE.test(json) ? json.replaceAll(EACH_ACTIVE, escaped) : json)

const isLong = (value: Fields[string]): value is string => typeof value === 'string' && value.length > MAX_TEXT_LENGTH

/** Nearly no line has one, and there is a line for every request: so it is looked for without making anything. */
function hasLongText(fields: Fields): boolean {
  for (const name in fields) if (isLong(fields[name] ?? '')) return true
  return false
}

const cut = (value: Fields[string]) => (isLong(value) ? `${value.slice(0, MAX_TEXT_LENGTH)}…` : value)

function shortened(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)]))
}

/** Writes one entry for a person at a terminal. Texts are quoted as in JSON where they are not plain words. */
export function prettyLine(time: string, level: LogLevel, message: string, fields: Fields = {}): string {
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${word(value)}`)
  return [time.slice(11, 23), level.toUpperCase().padEnd(5), message, ...rest].join(' ')
}

function word(value: string | number | boolean): string {
  if (typeof value === 'string' && /^[\w./:@{}-]+$/.test(value) && value.length <= MAX_TEXT_LENGTH) return value
  return plain(JSON.stringify(cut(value)))
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Leaves out what is less urgent than `least`. */
export function fromLevel(least: LogLevel, log: Log): Log {
  const from = LOG_LEVELS.indexOf(least)
  return (level, message, fields) => {
    if (LOG_LEVELS.indexOf(level) >= from) log(level, message, fields)
  }
}

/** Reads `LOG_LEVEL`; null for what is none of the levels. */
export function readLogLevel(text: string | undefined): LogLevel | null {
  return LOG_LEVELS.find((level) => level === (text ?? 'info')) ?? null
}

/** What is said of a `LOG_LEVEL` that is none. */
export const LOG_LEVEL_FAULT = `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`
