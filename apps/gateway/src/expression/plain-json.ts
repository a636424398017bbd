import type { Json } from '../store/port.ts'
import { ExpressionError } from './expression-error.ts'

/** Deepest value that an expression reads, makes or yields; received JSON and XML end at 64 levels. */
export const MAX_DEPTH = 64
/**
 * Names that reach for a prototype, and those by which JSONata tells its own functions from data: under the latter an
 * event could pass itself off as a function.
 */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '_jsonata_lambda',
  '_jsonata_function',
])

/** Tells whether a name must be neither read nor written. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name)
}

/**
 * Copies a value as plain JSON: what an expression reads, and what it yields. A member that is undefined is left out, a
 * date becomes its text.
 *
 * @throws ExpressionError a function, a number that JSON has no form for, a forbidden name, or too deep.
 */
export function toPlainJson(value: unknown, depth = 0): Json | undefined {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (depth > MAX_DEPTH) throw new ExpressionError(`a value is more than ${MAX_DEPTH} levels deep`)
  if (Array.isArray(value)) return value.map((entry: unknown) => toPlainJson(entry, depth + 1) ?? null)
  if (value instanceof Date) return value.toJSON()
  if (typeof value !== 'object' || isFunction(value)) throw new ExpressionError('a value has no form in JSON')
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => copyMember(name, member, depth)))
}

function copyMember(name: string, member: unknown, depth: number): readonly (readonly [string, Json])[] {
  if (isForbiddenName(name)) throw new ExpressionError('a name is one that is not accepted')
  const copy = toPlainJson(member, depth + 1)
  return copy === undefined ? [] : [[name, copy]]
}

/** Tells a function of JSONata from data. */
export function isFunction(value: object): boolean {
  return typeof value === 'function' || '_jsonata_lambda' in value || '_jsonata_function' in value
}
