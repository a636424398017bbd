/** The trace that a request or an attempt belongs to, and its own span in it. */
export interface Trace {
  /** 32 digits of hexadecimal. */
  readonly traceId: string
  /** 16 digits of hexadecimal. */
  readonly spanId: string
  /** Two digits of hexadecimal: sampled (1) and random (2), the flags that are known. */
  readonly flags: string
  /** What other tracing systems passed along, or empty. */
  readonly state: string
}

/** What of a `traceparent` every version has. W3C Trace Context section 3.2.2 */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const LENGTH = 55
const KNOWN_FLAGS = 0x03
const GROUP_VALUES = 2 ** 32
/** Every byte in two digits: looked up, since every request has 24 of them. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Nothing here is recorded, so nobody downstream is asked to; the id is random. */
const OWN_FLAGS = '02'

/** As much of a `tracestate` as has to be passed on; what is longer is left out as a whole. Section 3.3.1.5 */
const MAX_STATE_LENGTH = 512
const MAX_STATE_MEMBERS = 32
/** `key=value`, by the grammar of level 2. Section 3.3.1.3 */
const STATE_MEMBER = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * Goes on with the trace of whoever called, by a span of its own, or begins one where there is none that is valid.
 *
 * @param parent - Raw `traceparent`, or null. Several of them arrive joined by commas, and are none.
 * @param state - Raw `tracestate`, or null; it is believed only with a `traceparent`.
 * @param random - A number from 0 up to 1.
 * @see W3C Trace Context level 2 https://www.w3.org/TR/trace-context-2/
 */
export function continueTrace(parent: string | null, state: string | null, random: () => number): Trace {
  const known = parent === null ? null : parseParent(parent)
  const spanId = randomHex(2, random)
  if (known === null) return { traceId: randomHex(4, random), spanId, flags: OWN_FLAGS, state: '' }
  return { ...known, spanId, state: stateOf(state) }
}

/** Goes on with a trace that was kept by {@link keptTrace}, or begins one. */
export function resumeTrace(kept: string | undefined, random: () => number): Trace {
  if (kept === undefined) return continueTrace(null, null, random)
  return continueTrace(kept.slice(0, LENGTH), kept.slice(LENGTH + 1), random)
}

/** Writes a trace as it is kept with an event: its `traceparent`, and after a blank its `tracestate`. */
export function keptTrace(trace: Trace): string {
  return trace.state === '' ? traceparentOf(trace) : `${traceparentOf(trace)} ${trace.state}`
}

/** Writes the headers that tell another gateway of a trace. */
export function traceHeaders(trace: Trace): Readonly<Record<string, string>> {
  const { state } = trace
  return { traceparent: traceparentOf(trace), ...(state === '' ? {} : { tracestate: state }) }
}

/** Writes a trace with the span that is current in it, in version 00. */
export function traceparentOf({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`
}

function parseParent(text: string): Pick<Trace, 'traceId' | 'flags'> | null {
  const [, version = '', traceId = '', parentId = '', flags = '', rest] = TRACEPARENT.exec(text) ?? []
  // `ff` is no version; what follows the flags is for versions to come. Section 3.2.2.1
  if (version === '' || version === 'ff' || (version === '00' && rest !== undefined)) return null
  if (isZero(traceId) || isZero(parentId)) return null
  return { traceId, flags: `0${Number.parseInt(flags, 16) & KNOWN_FLAGS}` }
}

function stateOf(state: string | null): string {
  if (state === null || state.length > MAX_STATE_LENGTH) return ''
  const members = state
    .split(',')
    .map((member) => member.replace(/^[\t ]+/, '').trimEnd())
    .filter((member) => member !== '')
  if (members.length > MAX_STATE_MEMBERS || !members.every((member) => STATE_MEMBER.test(member))) return ''
  const keys = members.map((member) => member.slice(0, member.indexOf('=')))
  return new Set(keys).size < keys.length ? '' : members.join(',')
}

/** Makes so many groups of 32 random bits, never all of them zero: that would be no id. */
function randomHex(groups: number, random: () => number): string {
  let digits = ''
  let sum = 0
  for (let group = 0; group < groups; group += 1) {
    const number = Math.floor(random() * GROUP_VALUES)
    sum += number
    for (let shift = 24; shift >= 0; shift -= 8) digits += HEX[(number >>> shift) & 0xff] ?? ''
  }
  return sum === 0 ? `${digits.slice(0, -1)}1` : digits
}

const isZero = (digits: string): boolean => /^0+$/.test(digits)
