import type { XmlCode } from '@sluice/errors'

import { findForbiddenCharacter } from './characters.ts'
import { isForbiddenName, NAME } from './names.ts'
import { faultAt } from './position.ts'
import { findUnknownReference } from './references.ts'

/** What a document may not exceed. */
export interface XmlLimits {
  readonly maxDepth: number
  /** Elements, attributes, comments, processing instructions and CDATA sections together. */
  readonly maxNodes: number
  /** Attributes of one element. */
  readonly maxAttributes: number
}

/**
 * White space of XML, once line ends are LF. Not `\s`: to that, a no-break space or a line separator is white space too.
 *
 * @see XML 1.0 section 2.3 https://www.w3.org/TR/xml/#NT-S
 */
const BLANK = String.raw`[ \t\n]`
const IS = `${BLANK}*=${BLANK}*`
const DECLARATION = new RegExp(
  String.raw`<\?xml${BLANK}+version${IS}(?:"1\.\d+"|'1\.\d+')` +
    String.raw`(?:${BLANK}+encoding${IS}(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?` +
    String.raw`(?:${BLANK}+standalone${IS}(?:"(?:yes|no)"|'(?:yes|no)'))?${BLANK}*\?>`,
  'y',
)
const PROCESSING_NAME = new RegExp(String.raw`<\?(${NAME})(?=${BLANK}|\?>)`, 'y')
const TAG_NAME = new RegExp(`<(${NAME})`, 'y')
const END_TAG = new RegExp(`</(${NAME})${BLANK}*>`, 'y')
const ATTRIBUTE = new RegExp(`${BLANK}+(${NAME})${IS}(?:"([^<"]*)"|'([^<']*)')`, 'y')
const TAG_END = new RegExp(`${BLANK}*(/?)>`, 'y')
const TEXT = /[^<]+/y

/**
 * Checks that a document is well formed and within its limits. The library's parser takes any text for a document, and
 * its validator lets pass a second root, comments and sections without an end, and characters that XML does not have.
 *
 * @returns The document without its declaration, comments and processing instructions, which hold no data.
 * @throws DecodeError `XML_SYNTAX`, `XML_DOCTYPE`, `XML_ENTITY`, `XML_DUPLICATE_ATTRIBUTE`, `XML_FORBIDDEN_NAME`,
 * `XML_TOO_DEEP`, `XML_TOO_MANY_NODES`, `XML_TOO_MANY_ATTRIBUTES`.
 */
export function guardXml(text: string, limits: XmlLimits): string {
  const guard = new Guard(text, limits)
  guard.document()
  return guard.kept
}

class Guard {
  kept = ''
  readonly #text: string
  readonly #limits: XmlLimits
  #offset = 0
  #nodes = 0
  #hasRoot = false
  /** Names of the elements that are open. */
  readonly #open: string[] = []

  constructor(text: string, limits: XmlLimits) {
    this.#text = text
    this.#limits = limits
  }

  document(): void {
    const forbidden = findForbiddenCharacter(this.#text)
    if (forbidden !== -1) this.#fail('XML_SYNTAX', 'a character that XML cannot hold', forbidden)
    this.#take(DECLARATION)
    while (this.#offset < this.#text.length) this.#piece()
    if (this.#open.length > 0) this.#fail('XML_SYNTAX', 'an element without an end tag')
    if (!this.#hasRoot) this.#fail('XML_SYNTAX', 'no root element')
  }

  #piece(): void {
    if (this.#character(0) !== '<') return this.#characters()
    const second = this.#character(1)
    if (second === '/') this.#endTag()
    else if (second === '?') this.#processing()
    else if (second !== '!') this.#startTag()
    else if (this.#sees('<!--')) this.#comment()
    else if (this.#sees('<![CDATA[')) this.#cdata()
    else this.#declaration()
  }

  /** Whatever its letters' case: a parser more lenient than this one must not find a document type where this found none. */
  #declaration(): never {
    const isDoctype = /^<!doctype/i.test(this.#text.slice(this.#offset, this.#offset + 9))
    if (isDoctype) this.#fail('XML_DOCTYPE', 'a document type')
    this.#fail('XML_SYNTAX', 'markup that is not allowed')
  }

  #comment(): void {
    this.#countNode()
    const end = this.#endOf('--', 4)
    if (this.#text[end] !== '>') this.#fail('XML_SYNTAX', 'two hyphens in a comment', end - 2)
    this.#offset = end + 1
  }

  #cdata(): void {
    this.#countNode()
    if (this.#open.length === 0) this.#fail('XML_SYNTAX', 'text outside the root element')
    this.#keepUntil(this.#endOf(']]>', 9))
  }

  #processing(): void {
    this.#countNode()
    const [, name] = this.#match(PROCESSING_NAME) ?? []
    if (name === undefined) this.#fail('XML_SYNTAX', 'a processing instruction without a name')
    if (/^xml$/i.test(name ?? '')) this.#fail('XML_SYNTAX', 'an XML declaration that is wrong or not at the beginning')
    this.#offset = this.#endOf('?>', 2)
  }

  #endTag(): void {
    const [tag, name] = this.#match(END_TAG) ?? []
    if (tag === undefined) this.#fail('XML_SYNTAX', 'an end tag that is not well formed')
    if (this.#open.pop() !== name) this.#fail('XML_SYNTAX', 'an end tag that is not the one of the open element')
    this.#keepUntil(this.#offset + (tag?.length ?? 0))
  }

  #startTag(): void {
    const start = this.#offset
    this.#countNode()
    this.#checkPlace()
    const [tag = '', name = ''] = this.#match(TAG_NAME) ?? []
    if (tag === '') this.#fail('XML_SYNTAX', 'a < that begins no tag')
    this.#checkName(name, start)
    this.#offset += tag.length
    this.#attributes()
    const [end = '', slash = ''] = this.#match(TAG_END) ?? []
    if (end === '') this.#fail('XML_SYNTAX', 'a start tag that is not well formed')
    if (slash === '') this.#open.push(name)
    this.#offset += end.length
    this.kept += this.#text.slice(start, this.#offset)
  }

  #checkPlace(): void {
    const { maxDepth } = this.#limits
    if (this.#open.length === maxDepth) this.#fail('XML_TOO_DEEP', `nested deeper than ${maxDepth} levels`)
    if (this.#open.length === 0 && this.#hasRoot) this.#fail('XML_SYNTAX', 'a second root element')
    this.#hasRoot = true
  }

  #attributes(): void {
    let names: Set<string> | undefined
    for (let match = this.#match(ATTRIBUTE); match !== null; match = this.#match(ATTRIBUTE)) {
      names ??= new Set()
      const [all = '', name = '', double, single] = match
      this.#countNode()
      this.#checkAttributeName(name, names)
      const value = double ?? single ?? ''
      this.#checkReferences(value, this.#offset + all.length - value.length - 1)
      this.#offset += all.length
    }
  }

  #checkAttributeName(name: string, names: Set<string>): void {
    this.#checkName(name, this.#offset)
    if (names.has(name)) this.#fail('XML_DUPLICATE_ATTRIBUTE', 'an attribute occurs twice in an element')
    names.add(name)
    if (names.size > this.#limits.maxAttributes) {
      this.#fail('XML_TOO_MANY_ATTRIBUTES', `more than ${this.#limits.maxAttributes} attributes in an element`)
    }
  }

  #characters(): void {
    const start = this.#offset
    const text = this.#take(TEXT)
    const outside = this.#open.length === 0 ? text.search(/[^ \t\n]/) : -1
    if (outside !== -1) this.#fail('XML_SYNTAX', 'text outside the root element', start + outside)
    const sectionEnd = text.indexOf(']]>')
    if (sectionEnd !== -1)
      this.#fail('XML_SYNTAX', 'the end of a CDATA section without its beginning', start + sectionEnd)
    this.#checkReferences(text, start)
    this.kept += text
  }

  #checkName(name: string, offset: number): void {
    if (isForbiddenName(name)) this.#fail('XML_FORBIDDEN_NAME', 'a name that is not allowed', offset)
  }

  #checkReferences(text: string, offset: number): void {
    const unknown = findUnknownReference(text)
    if (unknown !== -1) this.#fail('XML_ENTITY', 'an entity that is not predefined', offset + unknown)
  }

  #countNode(): void {
    this.#nodes += 1
    if (this.#nodes > this.#limits.maxNodes)
      this.#fail('XML_TOO_MANY_NODES', `more than ${this.#limits.maxNodes} nodes`)
  }

  #character(ahead: number): string | undefined {
    return this.#text[this.#offset + ahead]
  }

  #sees(token: string): boolean {
    return this.#text.startsWith(token, this.#offset)
  }

  #match(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#offset
    return token.exec(this.#text)
  }

  /** Moves past a token, or not at all. */
  #take(token: RegExp): string {
    const [taken = ''] = this.#match(token) ?? []
    this.#offset += taken.length
    return taken
  }

  /** Finds where a piece of markup ends, that began here with `opening` characters. */
  #endOf(closing: string, opening: number): number {
    const index = this.#text.indexOf(closing, this.#offset + opening)
    if (index === -1) this.#fail('XML_SYNTAX', 'markup without an end')
    return index + closing.length
  }

  #keepUntil(end: number): void {
    this.kept += this.#text.slice(this.#offset, end)
    this.#offset = end
  }

  #fail(code: XmlCode, message: string, offset = this.#offset): never {
    throw faultAt(this.#text, offset, code, message)
  }
}
