/** A value that must not be seen, and the name that is seen in its place. */
export interface HiddenValue {
  readonly slot: string
  readonly value: string
}

/** Shortest stretch of base64 that is searched for: a shorter one would be found in ordinary words. */
const MIN_BASE64_LENGTH = 8

/** Replaces secrets in a text, and returns at most `maxLength` characters of it. */
export type Redact = (text: string, maxLength: number) => string

/**
 * Creates a function that replaces every secret in a text by `{slot}`, however a server may spell it when it echoes it:
 * plain, percent-encoded, escaped for JSON or XML, or inside base64. A secret across the cut is replaced whole.
 */
export function createRedact(hidden: readonly HiddenValue[]): Redact {
  const spelled = hidden
    .flatMap(({ slot, value }) => spellings(value).map((spelling) => ({ spelling, shown: `{${slot}}` })))
    // The longest first: a secret may be part of another one.
    .toSorted((left, right) => right.spelling.length - left.spelling.length)
  const longest = spelled[0]?.spelling.length ?? 0
  return (text, maxLength) => {
    let runs: Run[] = [{ text: text.slice(0, maxLength + longest), startsAt: 0, shown: false }]
    for (const { spelling, shown } of spelled) {
      // What was put in for one secret is never searched for the next one: a slot's name may be another's value.
      runs = runs.flatMap((run) => (run.shown || !run.text.includes(spelling) ? [run] : splitAt(run, spelling, shown)))
    }
    return runs
      .filter((run) => run.startsAt < maxLength)
      .map((run) => (run.shown ? run.text : run.text.slice(0, maxLength - run.startsAt)))
      .join('')
      .slice(0, maxLength)
  }
}

interface Run {
  readonly text: string
  /** Where the run began in the text as it was received. */
  readonly startsAt: number
  readonly shown: boolean
}

function splitAt(run: Run, spelling: string, shown: string): Run[] {
  let startsAt = run.startsAt
  return run.text.split(spelling).flatMap((text, index) => {
    const replaced: Run[] = index === 0 ? [] : [{ text: shown, startsAt: startsAt - spelling.length, shown: true }]
    const kept: Run = { text, startsAt, shown: false }
    startsAt += text.length + spelling.length
    return [...replaced, kept]
  })
}

/** Lists the ways in which a secret, or the credential inside it, can stand in a text. */
function spellings(value: string): string[] {
  const all = credentialsIn(value).flatMap((plain) => [
    plain,
    ...percentSpellings(plain),
    ...jsonSpellings(plain),
    xmlSpelling(plain),
    ...base64Spellings(plain),
  ])
  return [...new Set(all)].filter((spelling) => spelling !== '')
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

function percentSpellings(plain: string): string[] {
  // A whole secret as a URL's query has it; then the same in lower case, and with the blanks of a form.
  const upper = encodeURIComponent(plain.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
  const strict = upper.replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return [upper, strict].flatMap((text) => {
    const lower = text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
    return [text, lower, text.replaceAll('%20', '+'), lower.replaceAll('%20', '+')]
  })
}

function jsonSpellings(plain: string): string[] {
  const escaped = JSON.stringify(plain).slice(1, -1)
  const ascii = escaped.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  // PHP writes a slash as \/.
  return [escaped, ascii].flatMap((text) => [text, text.replaceAll('/', String.raw`\/`)])
}

function xmlSpelling(plain: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
  return plain.replaceAll(/[&<>"']/g, (character) => names[character] ?? character)
}

/** Encodes the secret at each of the three places of a base64 group, without the characters that its neighbours share. */
function base64Spellings(plain: string): string[] {
  const bytes = new TextEncoder().encode(plain)
  return [0, 1, 2]
    .map((before) => {
      const encoded = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes))
      const end = encoded.indexOf('=') === -1 ? encoded.length : encoded.indexOf('=') - 1
      return encoded.slice(before === 0 ? 0 : before + 1, end)
    })
    .filter((core) => core.length >= MIN_BASE64_LENGTH)
}
