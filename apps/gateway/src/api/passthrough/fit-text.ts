import type { z } from 'zod'

/** So often text is made fit: each time all of the places that do not fit are mended, and a list may hold more of them. */
const ROUNDS = 4

/**
 * Makes a value fit a schema that came as nothing but text, as XML and queries bring it: where the schema expects a number,
 * `true` or `false`, a list or an object, and only there, text that says one becomes it. What does not fit otherwise stays.
 *
 * A list is its element repeated, or one element with an element for each item, as answers write it; how many there are makes
 * no difference. Where text would fit as well as a list, a single element is text unless it has such an item in it.
 *
 * @param splitAt - At which character text is split where a list is expected; null for a list of one.
 */
export function fitText(schema: z.ZodType, value: unknown, splitAt: string | null): unknown {
  let fitted = value
  const alone = new WeakSet<object>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const { error } = schema.safeParse(fitted)
    if (error === undefined) return fitted
    let changed = false
    for (const issue of error.issues) {
      if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') continue
      const expected = issue.code === 'invalid_type' ? issue.expected : 'union'
      const before = fitted
      fitted = changeAt(fitted, issue.path, (found) => fit(found, expected, { splitAt, alone }))
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

interface Fitting {
  readonly splitAt: string | null
  /** What was taken for the one item of a list, and may be around it. */
  readonly alone: WeakSet<object>
}

function fit(found: unknown, expected: string, { splitAt, alone }: Fitting): unknown {
  switch (expected) {
    case 'number':
    case 'int':
      return typeof found === 'string' && NUMBER.test(found) ? Number(found) : found
    case 'boolean':
      return found === 'true' ? true : found === 'false' ? false : found
    case 'array':
      return listOf(found, splitAt, alone)
    case 'string':
      return isObject(found) && alone.has(found) ? (onlyOf(found) ?? found) : found
    case 'union':
      return isObject(found) ? itemsOf(found) : found
    case 'object':
    case 'record':
      // An element without content.
      return found === '' ? {} : found
    default:
      return found
  }
}

/** `<rows><row/><row/></rows>` is a list as `<rows/><rows/>` is; one element is a list of one. */
function listOf(found: unknown, splitAt: string | null, alone: WeakSet<object>): unknown {
  if (found === undefined) return found
  if (typeof found === 'string') return found === '' ? [] : splitAt === null ? [found] : found.split(splitAt)
  if (!isObject(found)) return found
  if (isObject(onlyOf(found))) return itemsOf(found)
  alone.add(found)
  return [found]
}

/** What is in an element that has nothing but one name in it. */
function itemsOf(found: object): unknown {
  const only = onlyOf(found)
  return only === undefined ? found : Array.isArray(only) ? only : [only]
}

function onlyOf(found: object): unknown {
  const [only, ...others]: readonly unknown[] = Array.isArray(found) ? [] : Object.values(found)
  return others.length === 0 ? only : undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
