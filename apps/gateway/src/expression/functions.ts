import type jsonata from 'jsonata'
import { type Budget, MAX_SIZE } from './budget.ts'
import { ExpressionError } from './expression-error.ts'
import { isFunction } from './plain-json.ts'

/**
 * The built-in functions of JSONata that are taken as they are: each does work in proportion to what it is given. That
 * was paid for when the arguments were evaluated.
 */
const TAKEN = [
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim match',
  'contains split formatNumber formatBase formatInteger number floor ceil round abs sqrt power boolean not map zip filter',
  'single reduce sift keys lookup append exists merge reverse each error assert type encodeUrlComponent encodeUrl',
  'decodeUrlComponent decodeUrl clone',
].flatMap((names) => names.split(' '))

/** Why a built-in function of JSONata is not taken. */
export const REFUSED_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['now', 'an expression depends on its data alone'],
  ['millis', 'an expression depends on its data alone'],
  ['random', 'an expression depends on its data alone'],
  ['shuffle', 'an expression depends on its data alone'],
  ['eval', 'what it would evaluate was not checked'],
  ['parseInteger', 'its time has no bound'],
])

/** Those that take a picture: a long one costs the square of its length, so it has to stand in the expression. */
export const WITH_PICTURE: ReadonlySet<unknown> = new Set(['formatNumber', 'formatInteger'])

type Implementation = Parameters<jsonata.Expression['registerFunction']>[1]

/**
 * Built-in functions that are replaced: JSONata's own could make much out of little (`$pad("", 1e9)`), search for a time
 * that grows faster than what is searched, or need a global that not every runtime has.
 */
const REPLACED: Readonly<Record<string, readonly [signature: string, implementation: Implementation]>> = {
  pad: ['<s-ns?:s>', given(pad)],
  join: ['<a<s>s?:s>', given(join)],
  replace: ['<s-ssn?:s>', given(replace)],
  distinct: ['<x:x>', given(distinct)],
  spread: ['<x-:a<o>>', given((value: unknown) => (isObject(value) ? toSequence(spread(value)) : value))],
  sort: ['<af?:a>', sort],
  // QUIRK workerd: `btoa` throws "Illegal invocation" when it is called on an object that is not its own.
  base64encode: ['<s-:s>', given((text: string) => btoa(text))],
  base64decode: ['<s-:s>', given((text: string) => atob(text))],
  toMillis: ['<s-:n>', given(toMillis)],
  fromMillis: ['<n-:s>', given((ms: number) => new Date(ms).toISOString())],
}

/** Every built-in function that an expression may call. */
export const BUILT_IN: ReadonlySet<string> = new Set([...TAKEN, ...Object.keys(REPLACED)])

/**
 * Puts the replacements into an expression. What they make is paid for here: a call in the last place of a function is no
 * step of its own, so nobody else would see its result.
 */
export function replaceFunctions(
  expression: jsonata.Expression,
  budgetOf: (scope: jsonata.Environment) => Budget,
): void {
  for (const [name, [signature, implementation]] of Object.entries(REPLACED)) {
    const paid: Implementation = async function (...given: readonly unknown[]) {
      const made: unknown = await implementation.call(this, ...given)
      budgetOf(this.environment).hold(made)
      return made
    }
    expression.registerFunction(name, paid, signature)
  }
}

/** Like every function of JSONata, yields nothing where there is no first argument. The signature checked their types. */
function given(work: Implementation): Implementation {
  return function (value: unknown, ...rest: readonly unknown[]) {
    return value === undefined ? undefined : work.call(this, value, ...rest)
  }
}

function pad(text: string, width: number, filler = ' '): string {
  const length = Math.abs(Math.trunc(width))
  checkSize(length)
  const missing = length - Array.from(text).length
  if (missing <= 0) return text
  const characters = Array.from(filler === '' ? ' ' : filler)
  const rest = characters.slice(0, missing % characters.length)
  const padding = characters.join('').repeat(Math.floor(missing / characters.length)) + rest.join('')
  return width > 0 ? text + padding : padding + text
}

function join(texts: readonly string[], separator = ''): string {
  checkSize(texts.length * separator.length)
  return texts.join(separator)
}

/** Replaces text by text: there are no regular expressions here. */
function replace(text: string, pattern: string, replacement: string, limit = Infinity): string {
  if (pattern === '') throw new ExpressionError('the text to replace is empty')
  if (limit < 0) throw new ExpressionError('the number of replacements is negative')
  const parts = text.split(pattern)
  const replaced = Math.min(parts.length - 1, limit)
  checkSize(replaced * replacement.length)
  const [head, tail] = [parts.slice(0, replaced + 1), parts.slice(replaced + 1)]
  return [head.join(replacement), ...tail].join(pattern)
}

function distinct(list: unknown): unknown {
  if (!Array.isArray(list)) return list
  const found = [...new Map(list.map((entry: unknown) => [canonical(entry), entry])).values()]
  return 'sequence' in list ? toSequence(found) : found
}

/** Takes an object apart into objects of one member each. */
function spread(value: object): unknown[] {
  if (!Array.isArray(value)) return Object.entries(value).map(([name, member]) => ({ [name]: member as unknown }))
  return value.flatMap((entry: unknown) => (isObject(entry) ? spread(entry) : [entry]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isFunction(value)
}

/** Marks a list as JSONata marks what it found: one entry then stands for itself. */
function toSequence(list: unknown[]): unknown[] {
  return Object.assign(list, { sequence: true })
}

/** A text that two values share if they are equal, whatever the order of their members. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
  return `{${members.toSorted().join()}}`
}

type Comes = (left: unknown, right: unknown) => unknown

/** Sorts texts or numbers, or whatever a function puts in order by saying whether the first comes after the second. */
async function sort(list: readonly unknown[] | undefined, comesAfter?: Comes): Promise<unknown> {
  if (list === undefined) return undefined
  if (list.length <= 1) return list
  if (comesAfter !== undefined) return mergeSort(list, comesAfter)
  const [first] = list
  if (!list.every((entry) => typeof entry === typeof first && ['string', 'number'].includes(typeof entry))) {
    throw new ExpressionError('only texts, or only numbers, are sorted without a function')
  }
  return (list as readonly (string | number)[]).toSorted((left, right) => (left > right ? 1 : left < right ? -1 : 0))
}

async function mergeSort(list: readonly unknown[], comesAfter: Comes): Promise<readonly unknown[]> {
  if (list.length <= 1) return list
  const middle = list.length >> 1
  const left = await mergeSort(list.slice(0, middle), comesAfter)
  const right = await mergeSort(list.slice(middle), comesAfter)
  const merged: unknown[] = []
  let taken = 0
  for (const entry of left) {
    while (taken < right.length && (await comesAfter(entry, right[taken])) === true) merged.push(right[taken++])
    merged.push(entry)
  }
  return [...merged, ...right.slice(taken)]
}

/** ISO 8601, a date with or without a time; without a zone it is UTC. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

function toMillis(text: string): number {
  const zone = ISO_8601.exec(text)?.[1]
  const parsed = Date.parse(text.includes('T') && zone === undefined ? `${text}Z` : text)
  if (!ISO_8601.test(text) || Number.isNaN(parsed)) throw new ExpressionError('a time is not ISO 8601')
  return parsed
}

function checkSize(size: number): void {
  if (size > MAX_SIZE) throw new ExpressionError(`a value is larger than ${MAX_SIZE}`)
}
