import { DecodeError } from '@sluice/errors'

import { positionAt } from './position.ts'

/** Refuses what is not UTF-8 instead of replacing it, and drops a byte order mark. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * Decodes UTF-8, the only encoding that JSON may have between systems.
 *
 * @throws DecodeError `JSON_ENCODING` not UTF-8.
 * @see RFC 8259 section 8.1 https://www.rfc-editor.org/rfc/rfc8259#section-8.1
 */
export function decodeUtf8(bytes: Uint8Array): string {
  // Characters of ASCII in UTF-16 are valid UTF-8 with NULs between them: say what is wrong, not `a value is missing`.
  if (bytes[0] === 0 || bytes[1] === 0)
    throw new DecodeError('JSON_ENCODING', 'JSON: not UTF-8', { line: 1, column: 1 })
  try {
    return strictUtf8.decode(bytes)
  } catch {
    const readable = new TextDecoder().decode(bytes.subarray(0, validLength(bytes)), { stream: true })
    throw new DecodeError('JSON_ENCODING', 'JSON: not UTF-8', positionAt(readable, readable.length))
  }
}

/** Finds how many bytes at the beginning are whole UTF-8 characters. */
function validLength(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length]
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (startsValid(bytes.subarray(0, middle))) valid = middle
    else invalid = middle
  }
  return valid
}

/** A character cut off at the end counts as valid: its rest may follow. */
function startsValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
