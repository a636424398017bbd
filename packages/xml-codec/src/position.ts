import { DecodeError, type XmlCode } from '@sluice/errors'

/** Makes the error for a fault at an offset of a text whose lines end with LF. */
export function faultAt(text: string, offset: number, code: XmlCode, message: string): DecodeError {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return new DecodeError(code, `XML: ${message}`, { line, column: offset - before.lastIndexOf('\n') })
}
