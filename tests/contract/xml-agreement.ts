import { DecodeError } from '@sluice/errors'
import { decodeXml } from '@sluice/xml-codec'

import { readWithSaxes } from './saxes-document.ts'

/** What decodeXml refuses although it is XML, by its own rules: nothing can be said about these documents. */
const REFUSED_BY_RULE: ReadonlySet<string> = new Set([
  'XML_DOCTYPE',
  'XML_FORBIDDEN_NAME',
  'XML_TOO_LARGE',
  'XML_TOO_DEEP',
  'XML_TOO_MANY_NODES',
  'XML_TOO_MANY_ATTRIBUTES',
])

/** Half a surrogate pair: no character, so no document holds it. The other parser takes it for half of whatever follows. */
const HALF_A_PAIR = /\p{Surrogate}/u

/** Names beyond the Basic Multilingual Plane, or with U+1680 or U+FEFF, are refused too, as not well formed. */
const UNKNOWN_IN_NAMES = /[\u1680\ufeff\u{10000}-\u{effff}]/u

/** An instruction whose name a question mark follows: no XML, but the other parser lets it pass. */
const QUESTION_IN_INSTRUCTION = /<\?[^\s?>]+\?(?!>)/

/**
 * Compares decodeXml with another conforming parser on one document.
 *
 * @returns Null when they agree: both refuse it, or both read the same from it.
 */
export function xmlDisagreement(document: string): string | null {
  const ours = verdictOf(document)
  if (REFUSED_BY_RULE.has(ours)) return null
  if (HALF_A_PAIR.test(document)) return ours.startsWith('{') ? 'decodeXml accepts half a surrogate pair' : null
  const read = readWithSaxes(document)
  if (read === null) return ours.startsWith('{') ? 'decodeXml accepts it, and the other parser does not' : null
  const isKnown = UNKNOWN_IN_NAMES.test(document) || QUESTION_IN_INSTRUCTION.test(document)
  if (ours === 'XML_SYNTAX' && isKnown) return null
  if (!ours.startsWith('{')) return `decodeXml refuses it (${ours}), and the other parser does not`
  return ours === JSON.stringify(read) ? null : 'both accept it, and read other values'
}

/** Returns the code of the refusal, or what was read as JSON, keys in their order. */
function verdictOf(document: string): string {
  try {
    return JSON.stringify(decodeXml(document))
  } catch (error) {
    if (error instanceof DecodeError) return error.code
    throw error
  }
}
