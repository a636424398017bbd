import { DecodeError } from '@sluice/errors'

import { type CsvEncoding, decodeSingleBytes } from './encoding.ts'

/** What came of some bytes. When they are broken, `text` is what stands before the first that the encoding lacks. */
export interface DecodedBytes {
  readonly text: string
  readonly isBroken: boolean
}

/** Length of UTF-8's byte order mark, the longest. */
const MARK_BYTES = 3

/** First bytes of the marks of UTF-8 and UTF-16. */
const MARK_BEGINNINGS: readonly (number | undefined)[] = [0xef, 0xfe, 0xff]

const NO_BYTES = new Uint8Array(0)

/** Turns bytes that arrive in pieces into text. A piece may end within a character, or within a byte order mark. */
export class ByteDecoder {
  readonly #encoding: CsvEncoding
  #carried: Uint8Array = NO_BYTES
  #isStarted = false

  constructor(encoding: CsvEncoding) {
    this.#encoding = encoding
  }

  /**
   * Decodes the next bytes, as far as their characters are whole.
   *
   * @param isLast - Whether none follow.
   * @throws DecodeError `CSV_ENCODING` a byte order mark of another encoding.
   */
  decode(piece: Uint8Array, isLast: boolean): DecodedBytes {
    const bytes = this.#carried.length === 0 ? piece : joinBytes(this.#carried, piece)
    if (!this.#isStarted && !isLast && isCutMark(bytes)) {
      this.#carried = bytes.slice()
      return { text: '', isBroken: false }
    }
    this.#carried = NO_BYTES
    const unmarked = this.#isStarted ? bytes : bytes.subarray(markLength(bytes, this.#encoding))
    this.#isStarted = true
    return this.#encoding === 'utf-8' ? this.#decodeUtf8(unmarked, isLast) : decodeSingle(unmarked, this.#encoding)
  }

  #decodeUtf8(bytes: Uint8Array, isLast: boolean): DecodedBytes {
    const length = isLast ? bytes.length : bytes.length - cutLength(bytes)
    const whole = bytes.subarray(0, length)
    // A copy: the sender may use its buffer again.
    this.#carried = bytes.slice(length)
    try {
      return { text: strictUtf8().decode(whole), isBroken: false }
    } catch {
      return { text: decodeWhileValid(whole), isBroken: true }
    }
  }
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

function strictUtf8(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
}

/** Tells whether it cannot be known yet if there is a mark. */
function isCutMark(bytes: Uint8Array): boolean {
  return bytes.length === 0 || (bytes.length < MARK_BYTES && MARK_BEGINNINGS.includes(bytes[0]))
}

/** Returns how many bytes of mark there are. A mark that contradicts the encoding would become characters of a value. */
function markLength([first, second, third]: Uint8Array, encoding: CsvEncoding): number {
  const isUtf8 = first === 0xef && second === 0xbb && third === 0xbf
  if (isUtf8 && encoding === 'utf-8') return MARK_BYTES
  if (isUtf8 || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new DecodeError('CSV_ENCODING', 'CSV: a byte order mark of another encoding', { line: 1, column: 1 })
  }
  return 0
}

/** Returns how many bytes at the end are the beginning of a character that is not complete. */
function cutLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0
    if (byte >= 0xc0) return characterLength(byte) > length ? length : 0
  }
  return 0
}

function characterLength(first: number): number {
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}

function decodeSingle(bytes: Uint8Array, encoding: 'iso-8859-1' | 'windows-1252'): DecodedBytes {
  const text = decodeSingleBytes(bytes, encoding)
  return { text, isBroken: text.length < bytes.length }
}

/** Byte by byte, because the decoder does not say where it stopped. */
function decodeWhileValid(bytes: Uint8Array): string {
  const decoder = strictUtf8()
  let text = ''
  try {
    for (const byte of bytes) text += decoder.decode(Uint8Array.of(byte), { stream: true })
  } catch {
    return text
  }
  return text
}
