import { changeParts, isRecord } from './keywords.ts'
import { MAX_PATTERN_LENGTH } from './pattern.ts'

/** Longest text that is looked at for a format. */
const MAX_FORMAT_LENGTH = 2000
/** Longest list whose items are compared with each other, or counted: that takes a time that grows with its square. */
const MAX_COMPARED_ITEMS = 1000

/** Keywords that may take long, and how large what they look at may be. */
const BOUNDS: readonly [keywords: readonly string[], bound: Readonly<Record<string, number>>][] = [
  [['pattern'], { maxLength: MAX_PATTERN_LENGTH }],
  [['format'], { maxLength: MAX_FORMAT_LENGTH }],
  [['uniqueItems', 'contains', 'minContains', 'maxContains'], { maxItems: MAX_COMPARED_ITEMS }],
]

/**
 * Rewrites a schema so that what could take long is asked only of what is short; what is longer does not match. What a
 * sender sends decides how long a check takes, and a limit that is only a keyword beside another would not end it.
 */
export function bounded(schema: unknown): unknown {
  if (!isRecord(schema)) return schema
  const rewritten = changeParts(schema, bounded)
  const conditions = BOUNDS.flatMap(([keywords, bound]) => {
    const asked = Object.entries(rewritten).filter(([keyword]) => keywords.includes(keyword))
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword, and nobody waits for it
    return asked.length === 0 ? [] : [{ if: bound, then: Object.fromEntries(asked), else: bound }]
  })
  if (conditions.length === 0) return rewritten
  const kept = Object.entries(rewritten).filter(([keyword]) => !MOVED.has(keyword))
  const before: readonly unknown[] = Array.isArray(rewritten['allOf']) ? rewritten['allOf'] : []
  return { ...Object.fromEntries(kept), allOf: [...before, ...conditions] }
}

const MOVED: ReadonlySet<string> = new Set(BOUNDS.flatMap(([keywords]) => keywords))
