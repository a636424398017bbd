import { SchemaError } from '@sluice/errors'
import { z } from 'zod'

/**
 * Checks the input of an operation before anything is sent.
 *
 * @throws SchemaError `SCHEMA_MISMATCH`; its issues name paths and expectations, never values.
 */
export function checkInput<Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const checked = schema.safeParse(input)
  if (checked.success) return checked.data
  const issues = checked.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path), message }))
  throw new SchemaError(`danaconnect ${operation}: the input does not fit`, issues)
}
