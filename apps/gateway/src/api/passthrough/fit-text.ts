import type { z } from 'zod'

/** So often text is made fit: each time all of the places that do not fit are mended, and a list may hold more of them. */
const ROUNDS = 4

/**
 * Makes a value fit a schema that came as nothing but text, as XML and queries bring it: where the schema expects a number,
 * `true` or `false`, a list or an object, and only there, text that says one becomes it. What does not fit otherwise stays.
 *
 * @param splitAt - At which character text is split where a list is expected; null for a list of one.
 */
export function fitText(schema: z.ZodType, value: unknown, splitAt: string | null): unknown {
  let fitted = value
  for (let round = 0; round < ROUNDS; round += 1) {
    const { error } = schema.safeParse(fitted)
    if (error === undefined) return fitted
    let changed = false
    for (const issue of error.issues) {
      if (issue.code !== 'invalid_type') continue
      const before = fitted
      fitted = changeAt(fitted, issue.path, (found) => fit(found, issue.expected, splitAt))
      changed ||= before !== fitted
    }
    if (!changed) return fitted
  }
  return fitted
}

/** Returns the value with another one at a path; itself where nothing changes. */
function changeAt(value: unknown, path: readonly PropertyKey[], change: (found: unknown) => unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return change(value)
  if (Array.isArray(value)) {
    const index = Number(first)
    const changed = changeAt(value[index], rest, change)
    return changed === value[index] ? value : value.with(index, changed)
  }
  if (typeof value !== 'object' || value === null || typeof first !== 'string' || !Object.hasOwn(value, first))
    return value
  const found: unknown = value[first as keyof typeof value]
  const changed = changeAt(found, rest, change)
  return changed === found ? value : { ...value, [first]: changed }
}

const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/

function fit(found: unknown, expected: string, splitAt: string | null): unknown {
  switch (expected) {
    case 'number':
    case 'int':
      return typeof found === 'string' && NUMBER.test(found) ? Number(found) : found
    case 'boolean':
      return found === 'true' ? true : found === 'false' ? false : found
    case 'array':
      return listOf(found, splitAt)
    case 'object':
    case 'record':
      // An element without content.
      return found === '' ? {} : found
    default:
      return found
  }
}

/** `<rows><row/><row/></rows>` is a list as `<rows/><rows/>` is; one element is a list of one. */
function listOf(found: unknown, splitAt: string | null): unknown {
  if (found === undefined) return found
  if (typeof found === 'string') return found === '' ? [] : splitAt === null ? [found] : found.split(splitAt)
  if (typeof found !== 'object' || found === null) return found
  const members: readonly unknown[] = Object.values(found)
  const [only] = members
  const wraps = members.length === 1 && typeof only === 'object' && only !== null
  return !wraps ? [found] : Array.isArray(only) ? only : [only]
}
