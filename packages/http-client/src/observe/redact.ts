import { percentEncode } from '../percent-encode.ts'

/** A value that must not be seen, and the name that is seen in its place. */
export interface HiddenValue {
  readonly slot: string
  readonly value: string
}

/** Shortest stretch of base64 that is searched for: a shorter one would be found in ordinary words. */
const MIN_BASE64_LENGTH = 8

/** Longest secret that is looked for by a pattern: engines limit its size. A text with a longer one is not shown at all. */
const MAX_PATTERN_LENGTH = 20_000
const NOT_SHOWN = '(not shown: it holds a very long secret)'

/** Replaces secrets in a text, and returns at most `maxLength` characters of it. */
export type Redact = (text: string, maxLength: number) => string

/**
 * Creates a function that replaces every secret in a text by `{slot}`, however a server may spell it when it echoes it:
 * plain, percent-encoded, escaped for JSON or XML, or inside base64. A secret across the cut is replaced whole.
 */
export function createRedact(hidden: readonly HiddenValue[]): Redact {
  // Backwards: of two names for the same, the first holds.
  const named = hidden
    .toReversed()
    .flatMap(({ slot, value }) => spellings(value).map((spelling) => [spelling, slot] as const))
  const slots = new Map(named)
  // The longest first: a secret may begin with another one.
  const spelled = [...slots.keys()].filter(Boolean).toSorted((left, right) => right.length - left.length)
  const longest = spelled[0]?.length ?? 0
  return (text, maxLength) => {
    const searched = text.slice(0, maxLength + longest)
    const found = spelled.filter((spelling) => searched.includes(spelling))
    if (found.length === 0) return text.slice(0, maxLength)
    if (found.some((spelling) => spelling.length > MAX_PATTERN_LENGTH)) return NOT_SHOWN
    let shown = ''
    let restAt = 0
    // In one pass: what was put in for one secret is never searched for the next, a slot's name may be another's value.
    for (const { 0: spelling, index } of searched.matchAll(anyOf(found))) {
      if (index >= maxLength) break
      shown += `${text.slice(restAt, index)}{${slots.get(spelling)}}`
      restAt = index + spelling.length
    }
    return (shown + text.slice(restAt, Math.max(restAt, maxLength))).slice(0, maxLength)
  }
}

function anyOf(texts: readonly string[]): RegExp {
  return new RegExp(texts.map((text) => text.replaceAll(/\W/g, unicodeEscape)).join('|'), 'g')
}

/** Lists the ways in which a secret, or the credential inside it, can stand in a text. */
function spellings(value: string): string[] {
  return credentialsIn(value).flatMap((plain) => [
    plain,
    ...percentSpellings(plain),
    ...jsonSpellings(plain),
    ...xmlSpellings(plain),
    ...base64Spellings(plain),
  ])
}

/** Takes a header value apart: `Basic <base64>` also gives away the base64, `user:password` and the password. */
function credentialsIn(value: string): string[] {
  const [, scheme, token] = /^(basic|bearer) +(\S+)$/i.exec(value) ?? []
  if (scheme === undefined || token === undefined) return [value]
  const pair = scheme.toLowerCase() === 'basic' ? decodedBase64(token) : undefined
  if (pair === undefined) return [value, token]
  return [value, token, pair, pair.slice(pair.indexOf(':') + 1)]
}

function decodedBase64(token: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(token), (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** With more and fewer marks encoded, as libraries differ; each in lower case too, and with the blanks of a form. */
function percentSpellings(plain: string): string[] {
  // Of RFC 3986, of encodeURIComponent, of URLSearchParams, and of those that encode every mark.
  return ['', "!'()*", "!'()~", "!'()*~"]
    .map((marks) => percentEncode(plain, marks))
    .flatMap((text) => [text, text.replaceAll(/%../g, (code) => code.toLowerCase())])
    .flatMap((text) => [text, text.replaceAll('%20', '+')])
}

function jsonSpellings(plain: string): string[] {
  const escaped = JSON.stringify(plain).slice(1, -1)
  // Some write ASCII only, some nothing that HTML would read; in small digits or in capitals; PHP writes a slash as \/.
  const ascii = [/[\u0080-\uffff]/g, /[\u0080-\uffff<>&']/g].map((rare) => escaped.replaceAll(rare, unicodeEscape))
  return [escaped, ...ascii, ...ascii.map(inCapitals)].flatMap((text) => [text, text.replaceAll('/', String.raw`\/`)])
}

function inCapitals(text: string): string {
  return text.replaceAll(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)
}

/** Writes a character as JSON and regular expressions can: `\u002f`. */
function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** As text and as an attribute, by name and by number. */
function xmlSpellings(plain: string): string[] {
  const text = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const whole = text.replaceAll('>', '&gt;')
  const quotes = ['&quot;', '&#34;', '&#x22;'].map((quote) => whole.replaceAll('"', quote))
  const apostrophes = ['&apos;', '&#39;', '&#039;', '&#x27;']
  return [
    text,
    whole,
    ...quotes,
    ...quotes.flatMap((spelled) => apostrophes.map((mark) => spelled.replaceAll("'", mark))),
  ]
}

/** Encodes the secret at each of the three places of a base64 group, without the characters that its neighbours share. */
function base64Spellings(plain: string): string[] {
  const bytes = new TextEncoder().encode(plain)
  return [0, 1, 2]
    .map((before) =>
      btoa(String.fromCharCode(...new Uint8Array(before), ...bytes))
        .replace(/.=+$/, '')
        .slice(before === 0 ? 0 : before + 1),
    )
    .filter((core) => core.length >= MIN_BASE64_LENGTH)
    .flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')])
}
