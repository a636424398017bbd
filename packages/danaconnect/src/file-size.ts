import { SchemaError } from '@sluice/errors'

/** Largest file that is sent unless told otherwise, in bytes: the vendor names no limit, and 10 MiB is what clients of it take. */
export const MAX_REQUEST_BYTES = 10_485_760

/**
 * Checks that a file is neither empty nor too large.
 *
 * @param path - Where the file, or what it was made of, stands in the input.
 * @throws SchemaError `SCHEMA_MISMATCH`.
 */
export function checkFileSize(operation: string, path: string, bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength > 0 && bytes.byteLength <= maxBytes) return
  const message = `expected a file of 1 to ${maxBytes} bytes`
  throw new SchemaError(`danaconnect ${operation}: the input does not fit`, [{ path, message }])
}
