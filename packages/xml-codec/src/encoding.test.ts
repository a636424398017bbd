import { describe, expect, test } from 'bun:test'

import { DecodeError } from '@sluice/errors'

import { decodeXml } from './decode.ts'

const ascii = (text: string) => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
const utf16be = (text: string) => ascii(text).flatMap((unit) => [unit >> 8, unit & 0xff])
const utf16le = (text: string) => ascii(text).flatMap((unit) => [unit & 0xff, unit >> 8])
const declared = (encoding: string, ...content: number[]) => [
  ...ascii(`<?xml version="1.0" encoding="${encoding}"?><a>`),
  ...content,
  ...ascii('</a>'),
]
const declaredWide = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>é€</a>`

describe('reads', () => {
  test.each([
    ['UTF-8 without a word', [...ascii('<a>'), 0xc3, 0xa9, ...ascii('</a>')], 'é'],
    ['UTF-8 by its mark', [0xef, 0xbb, 0xbf, ...ascii('<a>'), 0xe2, 0x82, 0xac, ...ascii('</a>')], '€'],
    ['UTF-8 by its declaration', declared('utf-8', 0xc3, 0xa9), 'é'],
    ['UTF-8 by mark and declaration', [0xef, 0xbb, 0xbf, ...declared('UTF-8', 0xc3, 0xa9)], 'é'],
    ['ISO-8859-1', declared('ISO-8859-1', 0xe9, 0xff), 'éÿ'],
    ['ISO-8859-1 where windows-1252 differs', declared('iso-8859-1', 0x80, 0x85, 0x9f), '\u0080\u0085\u009f'],
    ['windows-1252', declared('windows-1252', 0x80, 0x85, 0x9f, 0xe9), '€…Ÿé'],
    ['windows-1252 where it is undefined', declared('Windows-1252', 0x81, 0x9d), '\u0081\u009d'],
    ['ASCII', declared('US-ASCII', 0x62), 'b'],
    ['big-endian UTF-16 by its mark', [0xfe, 0xff, ...utf16be('<a>é€</a>')], 'é€'],
    ['little-endian UTF-16 by its mark', [0xff, 0xfe, ...utf16le('<a>é€</a>')], 'é€'],
    ['UTF-16 by mark and declaration', [0xff, 0xfe, ...utf16le(declaredWide('UTF-16'))], 'é€'],
    ['big-endian UTF-16 by its declaration', utf16be(declaredWide('UTF-16BE')), 'é€'],
    ['little-endian UTF-16 by its declaration', utf16le(declaredWide('utf-16le')), 'é€'],
    ['characters of two units', [0xff, 0xfe, ...utf16le('<a>\ud83d\ude00</a>')], '😀'],
  ])('%s', (_, bytes, expected) => {
    expect(decodeXml(new Uint8Array(bytes)).value).toBe(expected)
  })

  test('a long document of single bytes', () => {
    const bytes = new Uint8Array(declared('iso-8859-1', ...Array.from({ length: 50_000 }, () => 0xe9)))
    expect(decodeXml(bytes).value).toBe('é'.repeat(50_000))
  })

  test('a string whatever encoding it declares, because it is decoded already', () => {
    expect(decodeXml('<?xml version="1.0" encoding="ISO-8859-1"?><a>€</a>').value).toBe('€')
  })
})

test('reads a long document after a declaration that ends in time', () => {
  const bytes = new Uint8Array(declared('utf-8', ...Array.from({ length: 1000 }, () => 0x62)))
  expect(decodeXml(bytes).value).toBe('b'.repeat(1000))
})

test('reads a long instruction whose name begins like a declaration', () => {
  expect(decodeXml(new Uint8Array(ascii(`<?xml-x ${'y'.repeat(600)}?><a>b</a>`))).value).toBe('b')
})

describe('with a charset of the content type', () => {
  test.each([
    ['that alone names the encoding', 'ISO-8859-1', [...ascii('<a>'), 0xe9, ...ascii('</a>')], 'é'],
    ['that the declaration agrees with', 'Windows-1252', declared('windows-1252', 0x80), '€'],
    ['without its hyphen', 'utf8', declared('UTF-8', 0xc3, 0xa9), 'é'],
    ['that the mark agrees with', 'utf-16', [0xfe, 0xff, ...utf16be('<a>é</a>')], 'é'],
  ])('reads one %s', (_, charset, bytes, expected) => {
    expect(decodeXml(new Uint8Array(bytes), { charset }).value).toBe(expected)
  })

  test.each([
    ['that contradicts the declaration', 'utf-8', declared('ISO-8859-1', 0x62)],
    ['that contradicts the mark', 'iso-8859-1', [0xef, 0xbb, 0xbf, ...ascii('<a/>')]],
    ['that is not supported', 'shift_jis', ascii('<a/>')],
    ['of ASCII for bytes above it', 'us-ascii', [...ascii('<a>'), 0xc3, 0xa9, ...ascii('</a>')]],
  ])('refuses one %s', (_, charset, bytes) => {
    const decode = () => decodeXml(new Uint8Array(bytes), { charset })
    expect(decode).toThrow(expect.objectContaining({ code: 'XML_ENCODING' }))
  })
})

/** A declaration of so many bytes, that ends by naming an encoding which the bytes are not in. */
const long = (length: number) => {
  const [start, end] = ['<?xml version="1.0"', 'encoding="utf-16"?>']
  return ascii(`${start}${' '.repeat(length - start.length - end.length)}${end}<a/>`)
}

describe('refuses', () => {
  test.each([
    ['UTF-8 that declares UTF-16 at the end of what is looked at', long(512)],
    ['a declaration beyond what is looked at', long(513)],
    ['a declaration far beyond it', long(638)],
    [
      'a long declaration of UTF-16',
      [0xff, 0xfe, ...utf16le(declaredWide('UTF-8').replace('?>', `${' '.repeat(300)}?>`))],
    ],
    ['bytes above ASCII that declare ASCII', declared('US-ASCII', 0xc3, 0xa9)],
    ['a UTF-8 mark before declared ASCII', [0xef, 0xbb, 0xbf, ...declared('us-ascii', 0x62)]],
    ['a Latin-1 letter in UTF-8', [...ascii('<a>'), 0xe9, ...ascii('</a>')]],
    ['a Latin-1 letter in declared UTF-8', declared('utf-8', 0xe9)],
    ['a UTF-8 mark before declared ISO-8859-1', [0xef, 0xbb, 0xbf, ...declared('ISO-8859-1', 0x62)]],
    ['a UTF-8 mark before declared UTF-16', [0xef, 0xbb, 0xbf, ...declared('UTF-16', 0x62)]],
    ['single bytes that declare UTF-16', declared('UTF-16', 0x62)],
    ['UTF-16 that declares UTF-8', [0xff, 0xfe, ...utf16le(declaredWide('UTF-8'))]],
    ['UTF-16 that declares the other order', [0xff, 0xfe, ...utf16le(declaredWide('UTF-16BE'))]],
    ['UTF-16 with neither mark nor declaration', utf16le('<a/>')],
    ['UTF-16 with half a unit', [0xff, 0xfe, ...utf16le('<a/>'), 0x20]],
    ['UTF-16 with half a pair', [0xfe, 0xff, ...utf16be('<a>\ud83d</a>')]],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]],
    ['an encoding that is not supported', declared('EBCDIC-CP-US', 0x62)],
    ['UTF-7', declared('UTF-7', ...ascii('+ADw-'))],
    ['a name that every object has', declared('constructor', 0x62)],
  ])('%s', (_, bytes) => {
    const decode = () => decodeXml(new Uint8Array(bytes))
    expect(decode).toThrow(DecodeError)
    expect(decode).toThrow(expect.objectContaining({ code: 'XML_ENCODING' }))
  })
})
