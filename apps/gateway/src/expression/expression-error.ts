/** An expression that could not be evaluated. Its reason holds no data, so it may be stored and shown. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  /** What went wrong, in words that quote nothing. */
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

/** Makes whatever an evaluation threw an ExpressionError. Of an error of JSONata only code and place are kept: its words quote data. */
export function toExpressionError(thrown: unknown): ExpressionError {
  if (thrown instanceof ExpressionError) return thrown
  const { code, position } = jsonataError(thrown)
  if (code === null) return new ExpressionError('it failed')
  return new ExpressionError(position === null ? code : `${code} at position ${position}`)
}

/** Reads an error of JSONata, which is an object without a class. */
export function jsonataError(thrown: unknown): { readonly code: string | null; readonly position: number | null } {
  if (typeof thrown !== 'object' || thrown === null) return { code: null, position: null }
  const { code, position }: { readonly code?: unknown; readonly position?: unknown } = thrown
  return {
    code: typeof code === 'string' && /^[A-Z]\d{4}$/.test(code) ? code : null,
    position: typeof position === 'number' ? position : null,
  }
}
