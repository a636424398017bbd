/** Longest text on which a pattern is tried, in characters: no repetition takes more. */
export const MAX_PATTERN_LENGTH = 500
/**
 * In how many ways a pattern may read a text before it gives up: two places that take any number of characters, which have
 * 126,000 ways to share 500, and another choice between two things. Each way costs a few hundred steps at most.
 */
const MAX_WAYS = 300_000
/** A repetition that takes at most so many characters is counted by itself; those that take more share the text. */
const FEW = 50

/**
 * Tells what is wrong with a regular expression that is tried on what strangers send: that it is none, or that its time
 * could grow beyond all bounds, since no runtime lets us end it.
 *
 * Refused are repetitions of a group in which something is left open itself, such as `(a+)+` or `(a|b)*`, and whatever
 * can read a text in more than 300,000 ways: the ways of what stands in a row are multiplied, those of branches added.
 *
 * @returns Null where nothing is.
 */
export function patternFault(pattern: string): string | null {
  if (!isRegExp(pattern)) return 'is no regular expression'
  const tokens = pattern.match(TOKENS) ?? []
  // What looks back is read from its end: there nothing is known of what comes next.
  const isAhead = !/\(\?<[=!]/.test(pattern)
  const groups: Ways[] = []
  let ways: Ways = NO_CHOICE
  for (const [index, token] of tokens.entries()) {
    if (token.startsWith('(')) {
      groups.push(ways)
      ways = NO_CHOICE
    } else if (token === '|') {
      ways = { ...NO_CHOICE, before: countOf(ways) }
    } else if (token === ')') {
      const [outer = NO_CHOICE] = groups.splice(-1)
      const next = tokens[index + 1] ?? ''
      const most = QUANTIFIER.test(next) ? mostOf(next) : 1
      if (most > 1 && countOf(ways) > 1) return 'repeats a group in which something is left open'
      const mayBeAbsent = most === 1 && leastOf(next) === 0
      ways = inRow(outer, mayBeAbsent ? { ...ways, before: ways.before + 1 } : ways)
    } else if (QUANTIFIER.test(token) && !(tokens[index - 1] === ')' && mostOf(token) === 1)) {
      const range = Math.min(mostOf(token), MAX_PATTERN_LENGTH) - leastOf(token) + 1
      const isForced = isAhead && endsByWhatFollows(tokens, index, groups.length)
      if (range > 1 && !isForced) ways = inRow(ways, { ...NO_CHOICE, ...(range > FEW ? { wide: 1 } : { few: range }) })
    }
  }
  const isAnchored = pattern.startsWith('^') && ways.before === 0
  return countOf(isAnchored ? ways : inRow({ ...NO_CHOICE, wide: 1 }, ways)) > MAX_WAYS
    ? 'can read a text in too many ways: begin it with ^, and let what is repeated end at a character that is not in it'
    : null
}

/** In how many ways a part can be read: those of its earlier branches, and those of the branch that is being looked at. */
interface Ways {
  readonly before: number
  /** Repetitions that take any number of characters. */
  readonly wide: number
  /** The choices of all others, multiplied. */
  readonly few: number
}

const NO_CHOICE: Ways = { before: 0, wide: 0, few: 1 }

/** `wide` repetitions share at most 500 characters: so many combinations with repetition there are. */
function countOf({ before, wide, few }: Ways): number {
  let shares = 1
  for (let place = 1; place <= wide && shares <= MAX_WAYS; place += 1)
    shares = (shares * (MAX_PATTERN_LENGTH + place)) / place
  return before + few * shares
}

function inRow(one: Ways, next: Ways): Ways {
  if (next.before === 0) return { ...one, wide: one.wide + next.wide, few: one.few * next.few }
  return { ...one, few: one.few * countOf(next) }
}

/**
 * Whether a repetition has one end only: it stands at the end of the pattern or before `$`, or what it repeats cannot take
 * the character that has to come next. Then to give back what it took fails at once, and leads to nothing else.
 */
function endsByWhatFollows(tokens: readonly string[], quantifier: number, depth: number): boolean {
  let next = quantifier + 1
  while (tokens[next] === ')' && !QUANTIFIER.test(tokens[next + 1] ?? '')) next += 1
  const token = tokens[next]
  const isOutside = depth === next - quantifier - 1
  if (token === undefined || token === '$' || (token === '|' && isOutside)) return true
  const after = tokens[next + 1] ?? ''
  const [, escaped, character = escaped] = LITERAL.exec(token) ?? []
  if (character === undefined || (QUANTIFIER.test(after) && leastOf(after) === 0)) return false
  const atom = tokens[quantifier - 1] ?? ''
  return ONE_CHARACTER.test(atom) && !new RegExp(`^(?:${atom})$`, 'u').test(character)
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
  /\\(?:[pPu]\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|k<[^>]*>|\d+|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|:|<[^>]+>))?|\{\d+(?:,\d*)?\}\??|[*+?]\??|[^]/gu
const QUANTIFIER = /^(?:\{\d+(?:,\d*)?\}|[*+?])\??$/
/** One character that stands for itself. */
const LITERAL = /^(?:\\([$()*+./?[\\\]^{|}])|([^$()*+.?[\\\]^{|}]))$/u
/** What takes one character: neither a group nor what was found before. */
const ONE_CHARACTER = /^(?:\[[^]*\]|\\(?!\d|k<)[^]+|[^()\\])$/u

/** How often at most it repeats. */
function mostOf(quantifier: string): number {
  if (quantifier.startsWith('?')) return 1
  const [, least = '', separated, most = ''] = /^\{(\d+)(,)?(\d*)\}/.exec(quantifier) ?? []
  if (least === '') return Number.POSITIVE_INFINITY
  if (separated === undefined) return Number(least)
  return most === '' ? Number.POSITIVE_INFINITY : Number(most)
}

/** How often at least what it stands behind is there: once without a quantifier. */
function leastOf(quantifier: string): number {
  const [, least] = /^\{(\d+)/.exec(quantifier) ?? []
  return least === undefined ? Number(!/^[*?]/.test(quantifier)) : Number(least)
}
