import { ExpressionError } from './expression-error.ts'
import { isForbiddenName, isFunction, MAX_DEPTH } from './plain-json.ts'

/** Steps of one evaluation: a hundred times what a long mapping takes, and far below a second of work. */
export const MAX_STEPS = 100_000
/** Longest list that an expression may hold. */
export const MAX_LIST_LENGTH = 5000
/** Largest value that an expression may hold: characters, and `NODE_SIZE` for every value in it. */
export const MAX_SIZE = 2_097_152
const NODE_SIZE = 16
/** How much of a value costs a step: a built-in function may go through all of what it is given. */
const SIZE_PER_STEP = 256
/** How long a list or an object costs a step, growing with the square: some operators copy what they have for each entry. */
const LENGTH_PER_STEP = 50

interface Measure {
  readonly size: number
  readonly height: number
}

const LEAF: Measure = { size: NODE_SIZE, height: 0 }

/** What one evaluation may use. No clock is asked: the same event ends in the same way on every machine. */
export interface Budget {
  /** Counts one step. */
  step(): void
  /** Counts a value that the evaluation came to, by its size. */
  hold(value: unknown): void
}

/**
 * Creates the budget of one evaluation. Both functions throw an ExpressionError once it is used up, and from then on at
 * every call, so that branches that run side by side end too.
 *
 * A value's size counts what is shared as often as it is seen: forty levels of two references each are 2^40 values to
 * whoever goes through them. Values never change, so each object is measured once.
 */
export function createBudget(): Budget {
  const known = new WeakMap<object, Measure>()
  let spent = 0
  const spend = (steps: number): void => {
    spent += steps
    if (spent > MAX_STEPS) throw new ExpressionError(`it took more than ${MAX_STEPS} steps`)
  }
  return {
    step: () => spend(1),
    hold: (value) => spend(measure(value, known).size / SIZE_PER_STEP + (lengthOf(value) / LENGTH_PER_STEP) ** 2),
  }
}

function lengthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || isFunction(value)) return 0
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

function measure(value: unknown, known: WeakMap<object, Measure>): Measure {
  if (typeof value === 'string') return checked({ size: NODE_SIZE + value.length, height: 0 })
  if (typeof value === 'number' && !Number.isFinite(value)) throw new ExpressionError('a number is out of range')
  if (typeof value !== 'object' || value === null || isFunction(value)) return LEAF
  const before = known.get(value)
  if (before !== undefined) return before
  const measured = Array.isArray(value) ? measureList(value, known) : measureObject(value, known)
  known.set(value, measured)
  return measured
}

function measureList(list: readonly unknown[], known: WeakMap<object, Measure>): Measure {
  if (list.length > MAX_LIST_LENGTH) throw new ExpressionError(`a list is longer than ${MAX_LIST_LENGTH}`)
  // Steps of a path that remember where they came from: references that the expression itself cannot hold.
  if ('tupleStream' in list) return { size: NODE_SIZE * list.length, height: 0 }
  let all = LEAF
  for (const entry of list) all = join(all, measure(entry, known), 0)
  return all
}

function measureObject(value: object, known: WeakMap<object, Measure>): Measure {
  let all = LEAF
  for (const [name, member] of Object.entries(value)) {
    if (isForbiddenName(name)) throw new ExpressionError('a name is one that is not accepted')
    all = join(all, measure(member, known), name.length)
  }
  return all
}

function join(whole: Measure, part: Measure, nameLength: number): Measure {
  return checked({
    size: whole.size + part.size + nameLength,
    height: Math.max(whole.height, part.height + 1),
  })
}

function checked(measured: Measure): Measure {
  if (measured.size > MAX_SIZE) throw new ExpressionError(`a value is larger than ${MAX_SIZE}`)
  if (measured.height > MAX_DEPTH) throw new ExpressionError(`a value is more than ${MAX_DEPTH} levels deep`)
  return measured
}
