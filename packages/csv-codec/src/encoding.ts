/** Encodings that a CSV can be written and read in. */
export type CsvEncoding = 'utf-8' | 'iso-8859-1' | 'windows-1252'

/** Stands in the table for a byte that the encoding does not define. */
const UNDEFINED = '\ufffd'

/**
 * What windows-1252 has at 0x80 to 0x9f; the rest is ISO-8859-1.
 *
 * @see https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT
 */
const WINDOWS_1252_BYTES = Array.from('€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ')

const WINDOWS_1252_CHARACTERS: ReadonlyMap<string, number> = new Map(
  WINDOWS_1252_BYTES.map((character, index) => [character, index + 0x80] as const).filter(
    ([character]) => character !== UNDEFINED,
  ),
)

/** One character that cannot be written: NUL in any encoding, and what the encoding does not have. */
const UNWRITABLE: Readonly<Record<CsvEncoding, RegExp>> = {
  'utf-8': /[\0\p{Surrogate}]/u,
  'iso-8859-1': /[\0\u{100}-\u{10ffff}]/u,
  'windows-1252': new RegExp(
    `[^\\u0001-\\u007f\\u00a0-\\u00ff${WINDOWS_1252_BYTES.filter((character) => character !== UNDEFINED).join('')}]`,
    'u',
  ),
}

/** How many bytes are turned into text at a time: engines limit the number of arguments. */
const CHUNK_BYTES = 8192

/** Tells whether a name is one of the encodings: who writes plain JavaScript may give any. */
export function isCsvEncoding(name: string): boolean {
  return Object.hasOwn(UNWRITABLE, name)
}

/** The fault of an option that {@link isCsvEncoding} refuses. */
export const UNKNOWN_ENCODING = `csv encoding must be one of ${Object.keys(UNWRITABLE).join(', ')}`

/** Tells whether an encoding has every character of a text, and none is NUL. */
export function isWritable(text: string, encoding: CsvEncoding): boolean {
  return !UNWRITABLE[encoding].test(text)
}

/** Encodes text that {@link isWritable}. */
export function encodeText(text: string, encoding: CsvEncoding): Uint8Array<ArrayBuffer> {
  // The types of some runtimes do not say that its memory is not shared.
  if (encoding === 'utf-8') return new Uint8Array(new TextEncoder().encode(text))
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    bytes[index] = code <= 0xff ? code : (WINDOWS_1252_CHARACTERS.get(text.charAt(index)) ?? 0)
  }
  return bytes
}

/**
 * Decodes bytes of one byte per character, up to the first that the encoding does not define.
 *
 * Not by TextDecoder: to the web's standard iso-8859-1 is windows-1252, and Node 20 decodes windows-1252 wrongly.
 */
export function decodeSingleBytes(bytes: Uint8Array, encoding: 'iso-8859-1' | 'windows-1252'): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES))
  }
  if (encoding === 'iso-8859-1') return text
  const decoded = text.replaceAll(/[\u0080-\u009f]/g, (character) => {
    return WINDOWS_1252_BYTES[character.charCodeAt(0) - 0x80] ?? UNDEFINED
  })
  const broken = decoded.indexOf(UNDEFINED)
  return broken === -1 ? decoded : decoded.slice(0, broken)
}
