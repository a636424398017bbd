import { DecodeError, type Position } from '@sluice/errors'

/** Names that would reach the prototype of a record, or of what it is copied to. */
const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/**
 * Checks the names of the columns. Says which column is wrong, never what it is called.
 *
 * @param at - Where the header begins.
 * @throws DecodeError `CSV_HEADER` not the expected name; no name, one that is there already, or a forbidden one.
 */
export function checkHeader(names: readonly string[], expected: readonly string[] | undefined, at: Position): void {
  const seen = new Set<string>()
  for (const [index, name] of names.entries()) {
    const wrong = faultOf(name, seen) ?? (expected === undefined || expected[index] === name ? null : 'is not expected')
    if (wrong !== null) throw new DecodeError('CSV_HEADER', `CSV: the name of column ${index + 1} ${wrong}`, at)
    seen.add(name)
  }
}

function faultOf(name: string, seen: ReadonlySet<string>): string | null {
  if (name === '') return 'is empty'
  if (FORBIDDEN_NAMES.includes(name)) return 'is forbidden'
  return seen.has(name) ? 'is there twice' : null
}
