import { compileKey } from './expression/condition.ts'

/** Names something of an event, such as its contact; null for nothing. */
export type Naming = (data: unknown) => string | null | Promise<string | null>

/** How something of an event is named. */
export interface NamingRule {
  /** The function or the expression as the configuration holds it: two rules with the same one name the same. */
  readonly declared: unknown
  readonly evaluate: Naming
  readonly faults: readonly string[]
}

/** Makes the rule of a function or an expression. The schema of the source made the data that comes in. */
export function namingRule(declared: ((data: never) => string | null) | string): NamingRule {
  const rule = typeof declared === 'string' ? compileKey(declared) : typed((data) => declared(data as never))
  return { ...rule, declared }
}

/** A typed function in the form of an expression: the compiler has checked it. */
export function typed<Result>(evaluate: (data: unknown) => Result) {
  return { faults: [], evaluate }
}
