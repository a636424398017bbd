import { findForbiddenCharacter } from './characters.ts'

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** A reference, or an ampersand that begins none. */
const REFERENCE = /&(?:#0*(?<decimal>\d{1,7});|#x0*(?<hex>[\da-fA-F]{1,6});|(?<name>[^\s;&<]{1,64});)?/g

/**
 * Finds the first reference that is not one of the five predefined entities and not a reference to a character that
 * XML can hold; -1 when there is none.
 *
 * @see XML 1.0 section 4.1 https://www.w3.org/TR/xml/#sec-references
 */
export function findUnknownReference(text: string): number {
  if (!text.includes('&')) return -1
  for (const match of text.matchAll(REFERENCE)) {
    if (referenced(match.groups) === undefined) return match.index
  }
  return -1
}

/** Puts characters in the place of references. Every reference has to be a known one. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(REFERENCE, (...match) => {
    const groups: unknown = match.at(-1)
    return (isGroups(groups) ? referenced(groups) : undefined) ?? ''
  })
}

type Groups = Record<string, string | undefined>

function isGroups(value: unknown): value is Groups {
  return typeof value === 'object' && value !== null
}

function referenced(groups: Groups | undefined): string | undefined {
  const { name, decimal, hex } = groups ?? {}
  if (name !== undefined) return PREDEFINED.get(name)
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  if (!(code <= 0x10ffff)) return undefined
  const character = String.fromCodePoint(code)
  return findForbiddenCharacter(character) === -1 ? character : undefined
}
