import { ExpressionError } from './expression-error.ts'
import { compileExpression } from './expression.ts'

/** A condition as an expression. */
export interface Condition {
  /** What is wrong with it, with positions. */
  readonly faults: readonly string[]
  /** @throws ExpressionError whose reason may be shown. */
  readonly evaluate: (data: unknown) => Promise<boolean>
}

/**
 * Parses a condition. Nothing, as where a member is absent, is false. Any other value than true and false is a fault of
 * the condition: `phone` says that there is a phone, `phone = "none"` says what was meant.
 */
export function compileCondition(text: string): Condition {
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
