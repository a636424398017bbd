import jsonata from 'jsonata'
import type { Json } from '../store/port.ts'
import { type Budget, createBudget, MAX_LIST_LENGTH } from './budget.ts'
import { findFaults } from './check.ts'
import { ExpressionError, jsonataError, toExpressionError } from './expression-error.ts'
import { replaceFunctions } from './functions.ts'
import { toPlainJson } from './plain-json.ts'

export { MAX_LIST_LENGTH, MAX_SIZE, MAX_STEPS } from './budget.ts'
export { MAX_DEPTH } from './plain-json.ts'

/** Longest text of an expression. */
const MAX_LENGTH = 65_536
/** Evaluations under way at once, nested or side by side: each holds some memory until it ends. */
const MAX_UNDER_WAY = 5000

/**
 * Evaluates an expression on data, as JSON; undefined where it finds nothing.
 *
 * @throws ExpressionError whose reason may be shown.
 */
export type Evaluate = (data: unknown) => Promise<Json | undefined>

/** An expression that was parsed and checked. It is evaluated only where it has no faults. */
export interface Expression {
  /** What is wrong with it, with positions. */
  readonly faults: readonly string[]
  readonly evaluate: Evaluate
}

/**
 * Parses a JSONata expression, once, at start.
 *
 * An evaluation ends within a budget of steps and sizes whatever the expression and the data, reads its data and
 * nothing else, changes nothing, and yields plain JSON.
 *
 * @see https://docs.jsonata.org/overview (2026-11-25)
 */
export function compileExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) return faulty([`longer than ${MAX_LENGTH} characters`])
  let parsed: jsonata.Expression
  try {
    parsed = jsonata(text, { stack: MAX_UNDER_WAY, sequence: MAX_LIST_LENGTH })
  } catch (error) {
    return faulty([syntaxFault(error)])
  }
  const faults = findFaults(parsed.ast())
  if (faults.length > 0) return faulty(faults)
  watch(parsed)
  return {
    faults,
    async evaluate(data) {
      try {
        return toPlainJson(await parsed.evaluate(toPlainJson(data)))
      } catch (error) {
        throw toExpressionError(error)
      }
    },
  }
}

function faulty(faults: readonly string[]): Expression {
  const evaluate = () => Promise.reject(new ExpressionError('the expression has faults'))
  return { faults, evaluate }
}

function syntaxFault(error: unknown): string {
  const { code, position } = jsonataError(error)
  if (code === null || position === null) return 'it cannot be parsed'
  const message = error instanceof Object && 'message' in error ? String(error.message) : 'syntax error'
  return `${message} (${code}, position ${position})`
}

/** JSONata's hooks before and after each node, as its own playground uses them. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry')
const EXIT = Symbol.for('jsonata.__evaluate_exit')

/** Counts every step of every evaluation, and measures what it comes to. */
function watch(parsed: jsonata.Expression): void {
  // Each evaluation has a timestamp of its own, which all of its scopes share.
  const budgets = new WeakMap<Date, Budget>()
  const budgetOf = ({ timestamp }: jsonata.Environment): Budget => {
    const budget = budgets.get(timestamp) ?? createBudget()
    budgets.set(timestamp, budget)
    return budget
  }
  replaceFunctions(parsed, budgetOf)
  assign(parsed, ENTRY, (_node: unknown, _input: unknown, scope: jsonata.Environment) => budgetOf(scope).step())
  assign(parsed, EXIT, (_node: unknown, _input: unknown, scope: jsonata.Environment, result: unknown) =>
    budgetOf(scope).hold(result),
  )
}

/** The types of `assign` name texts only; scopes take symbols as well. */
function assign(parsed: jsonata.Expression, name: symbol, value: unknown): void {
  parsed.assign(name as unknown as string, value)
}
