/**
 * Of the Basic Multilingual Plane, without U+1680 and U+FEFF: the library that reads the elements knows no names beyond it,
 * and takes these two for white space.
 */
const NAME_START =
  String.raw`:A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u1fff\u200c\u200d\u2070-\u218f` +
  String.raw`\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd`

/**
 * Source of a regular expression for a name, without anchors.
 *
 * @see XML 1.0 section 2.3 https://www.w3.org/TR/xml/#NT-Name
 */
export const NAME = String.raw`[${NAME_START}][${NAME_START}\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*`

const WHOLE_NAME = new RegExp(`^${NAME}$`)

/** Names that a program may take for its object's prototype. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Tells whether a text is a name of an element or an attribute. */
export function isName(text: string): boolean {
  return WHOLE_NAME.test(text)
}

/** Tells whether a name is refused although XML allows it. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name)
}
