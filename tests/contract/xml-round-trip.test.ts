import { expect, test } from 'bun:test'

import { decodeXml, encodeXml, type XmlValue } from '@sluice/xml-codec'
import * as fc from 'fast-check'

const RUNS = { numRuns: 1000, seed: 20_261_122 }

const name = fc
  .stringMatching(/^[A-Za-z_é][A-Za-z0-9_.é-]{0,7}$/)
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text))

/** Every character that XML 1.0 can hold, the awkward ones often. */
const character = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom(...'<>&"\'\t\n\r ]-!?;#=/'.split(''), '&amp;', ']]>', '<!--', '\u0085', '\u2028'),
  },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 1 })
      .filter((text) => !/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(text)),
  },
)
const text = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''))

/** What decoding can return: no empty array, no array of one, no object without a key, and text beside children not blank. */
const value = fc.letrec<{ value: XmlValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc
      .tuple(
        fc.dictionary(name, text, { maxKeys: 2 }),
        fc.dictionary(name, fc.oneof(tie('value'), fc.array(tie('value'), { minLength: 2, maxLength: 3 })), {
          maxKeys: 3,
        }),
        fc.option(text, { nil: undefined }),
      )
      .map(([attributes, children, beside]) => asElement(attributes, children, beside)),
  ),
})).value

function asElement(
  attributes: Record<string, string>,
  children: Record<string, XmlValue>,
  beside: string | undefined,
): XmlValue {
  const named = Object.entries(attributes).map(([key, content]): [string, XmlValue] => [`@${key}`, content])
  const elements = Object.entries(children)
  if (named.length === 0 && elements.length === 0) return beside ?? ''
  const isKept = beside !== undefined && (elements.length === 0 ? beside !== '' : /[^ \t\n]/.test(beside))
  return Object.fromEntries([...named, ...elements, ...(isKept ? [['#text', beside] as const] : [])])
}

test('what is encoded is decoded to the same value, keys in the same order', () => {
  fc.assert(
    fc.property(name, value, (root, content) => {
      const decoded = decodeXml(encodeXml({ name: root, value: content }, { declaration: true }))
      expect(JSON.stringify(decoded)).toBe(JSON.stringify({ name: root, value: content }))
    }),
    RUNS,
  )
})

test('bytes in each encoding are decoded to the same value as the text', () => {
  const encodings: [string, (document: string) => Uint8Array][] = [
    ['UTF-8', (document) => new TextEncoder().encode(document)],
    ['UTF-16', (document) => new Uint8Array(Buffer.from(`\ufeff${document}`, 'utf16le'))],
    ['UTF-16BE', (document) => new Uint8Array(Buffer.from(document, 'utf16le').swap16())],
  ]
  fc.assert(
    fc.property(value, fc.constantFrom(...encodings), (content, [encoding, encode]) => {
      const document = encodeXml({ name: 'a', value: content })
      const declared = `<?xml version="1.0" encoding="${encoding}"?>${document}`
      expect(decodeXml(encode(declared))).toEqual(decodeXml(document))
    }),
    RUNS,
  )
})

test('no damage to a document makes anything but a value or a DecodeError', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.nat(20), text, (content, at, length, inserted) => {
      const document = encodeXml({ name: 'a', value: content })
      const index = at % (document.length + 1)
      const damaged = document.slice(0, index) + inserted + document.slice(index + length)
      let outcome = 'value'
      try {
        decodeXml(damaged)
      } catch (error) {
        outcome = error instanceof Error ? error.name : 'no error'
      }
      expect(['value', 'DecodeError']).toContain(outcome)
    }),
    { ...RUNS, numRuns: 3000 },
  )
})
