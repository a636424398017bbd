import { ExpressionError } from './expression-error.ts'
import { compileExpression } from './expression.ts'

/** An expression of which it is known what it yields. */
export interface TypedExpression<Result> {
  /** What is wrong with it, with positions. */
  readonly faults: readonly string[]
  /** @throws ExpressionError whose reason may be shown. */
  readonly evaluate: (data: unknown) => Promise<Result>
}

/**
 * Parses a condition. Nothing, as where a member is absent, is false. Any other value than true and false is a fault of
 * the condition: `phone` says that there is a phone, `phone = "none"` says what was meant.
 */
export function compileCondition(text: string): TypedExpression<boolean> {
  const { faults, evaluate } = compileExpression(text)
  return {
    faults,
    async evaluate(data) {
      const value = await evaluate(data)
      if (value === undefined || typeof value === 'boolean') return value === true
      throw new ExpressionError('it yields neither true nor false')
    },
  }
}

/** Parses the key by which deliveries are kept in order. Nothing, as where a member is absent, is no order. */
export function compileKey(text: string): TypedExpression<string | null> {
  const { faults, evaluate } = compileExpression(text)
  return {
    faults,
    async evaluate(data) {
      const value = await evaluate(data)
      if (value === undefined || value === null) return null
      if (typeof value === 'string' || typeof value === 'number') return String(value)
      throw new ExpressionError('it yields neither text nor a number')
    },
  }
}
