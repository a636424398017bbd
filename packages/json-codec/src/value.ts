/** Everything that JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/**
 * Tells whether a key is refused: one that a program may take for its object's prototype, wherever it stands and however
 * it is escaped. `__proto__` alone is enough to change the objects of everybody who copies the value carelessly.
 *
 * Three comparisons, not a set: they are asked for every member that is received, and a set doubles that time.
 */
export function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}
