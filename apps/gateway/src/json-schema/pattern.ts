/**
 * How often a pattern may leave open how much it takes. On a text of 500 characters three such places that overlap cost
 * some ten million steps; a fourth would cost seconds.
 */
const MAX_OPEN = 3
/** A repetition that takes at most so many characters counts for nothing. */
const FEW = 50

/**
 * Tells what is wrong with a regular expression that is tried on what strangers send: that it is none, or that its time
 * could grow beyond all bounds, since no runtime lets us end it.
 *
 * Refused are repetitions of a group in which something is left open itself, such as `(a+)+` or `(a|b)*`, and more than
 * three open repetitions, one fewer where the pattern may begin anywhere.
 *
 * @returns Null where nothing is.
 */
export function patternFault(pattern: string): string | null {
  if (!isRegExp(pattern)) return 'is no regular expression'
  let open = pattern.startsWith('^') ? 0 : 1
  /** For each group that is open: whether something in it can be read in more than one way. */
  const groups: boolean[] = [false]
  const varies = (): void => void groups.splice(-1, 1, true)
  let closed = false
  for (const [token] of pattern.matchAll(TOKENS)) {
    const inner = closed
    closed = false
    if (token.startsWith('(')) groups.push(false)
    else if (token === ')') {
      closed = groups.pop() ?? false
      if (closed) varies()
    } else if (token === '|') varies()
    else if (QUANTIFIER.test(token)) {
      const most = mostOf(token)
      if (inner && most > 1) return 'repeats a group in which something is left open'
      if (!isFixed(token)) varies()
      if (most > FEW) open += 1
    }
  }
  return open > MAX_OPEN ? `leaves open more than ${MAX_OPEN} times how much it takes` : null
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').unicode
  } catch {
    return false
  }
}

/** An escape, a class, the head of a group, a quantifier with its `?`, or any other character. */
const TOKENS =
  /\\(?:[pPu]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|:|<\w+>))?|\{\d+(?:,\d*)?\}\??|[*+?]\??|[^]/gu
const QUANTIFIER = /^(?:\{\d+(?:,\d*)?\}|[*+?])\??$/

/** How often at most it repeats. */
function mostOf(quantifier: string): number {
  if (quantifier.startsWith('?')) return 1
  const [, least = '', separated, most = ''] = /^\{(\d+)(,)?(\d*)\}/.exec(quantifier) ?? []
  if (least === '') return Number.POSITIVE_INFINITY
  if (separated === undefined) return Number(least)
  return most === '' ? Number.POSITIVE_INFINITY : Number(most)
}

/** Whether it repeats exactly so often. */
function isFixed(quantifier: string): boolean {
  const [, least, most] = /^\{(\d+)(?:,(\d+))?\}/.exec(quantifier) ?? []
  return least !== undefined && !/^\{\d+,\}/.test(quantifier) && (most === undefined || most === least)
}
