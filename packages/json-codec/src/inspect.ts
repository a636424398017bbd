import { type JsonCode, DecodeError } from '@sluice/errors'

import { type InexactNumbers, isExactNumber, isOfWhole, isWholeNumber } from './numbers.ts'
import { positionAt } from './position.ts'
import { isForbiddenKey } from './value.ts'

/** What is asked of a JSON text. */
export interface JsonRules {
  readonly maxDepth: number
  readonly duplicateKeys: 'refuse' | 'last'
  readonly inexactNumbers: InexactNumbers
}

/** Where a number stands that a double cannot hold. */
export interface Span {
  readonly start: number
  readonly end: number
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const BLANKS = /[ \t\n\r]*/y

/**
 * Reads a JSON text the slow and careful way and says where its first fault is. The fast way only says whether there
 * is one: parsers name no position, or quote what stands there.
 *
 * @returns Where the numbers stand that have to be kept as text.
 * @throws DecodeError `JSON_SYNTAX`, `JSON_TOO_DEEP`, `JSON_DUPLICATE_KEY`, `JSON_FORBIDDEN_KEY`, `JSON_NUMBER_RANGE`.
 * @see RFC 8259 section 2 https://www.rfc-editor.org/rfc/rfc8259#section-2
 */
export function inspectJson(text: string, rules: JsonRules): readonly Span[] {
  const inspector = new Inspector(text, rules)
  inspector.document()
  return inspector.keptAsText
}

class Inspector {
  readonly keptAsText: Span[] = []
  readonly #text: string
  readonly #rules: JsonRules
  #offset = 0
  #depth = 0

  constructor(text: string, rules: JsonRules) {
    this.#text = text
    this.#rules = rules
  }

  document(): void {
    this.#value()
    if (this.#offset < this.#text.length) this.#fail('JSON_SYNTAX', 'JSON: text after the value')
  }

  /** Reads a value and the blanks around it. */
  #value(): void {
    this.#take(BLANKS)
    const first = this.#text[this.#offset]
    if (first === '{') this.#nested('}', () => this.#member(new Set()))
    else if (first === '[') this.#nested(']', () => () => this.#value())
    else if (first === '"') this.#string()
    else if (this.#take(LITERAL) === '') this.#number()
    this.#take(BLANKS)
  }

  /** Reads what stands between a pair of brackets: nothing, or items with commas between them. */
  #nested(end: string, startItems: () => () => void): void {
    if (this.#depth === this.#rules.maxDepth) {
      this.#fail('JSON_TOO_DEEP', `JSON: nested deeper than ${this.#rules.maxDepth} levels`)
    }
    this.#depth += 1
    this.#offset += 1
    this.#take(BLANKS)
    if (this.#text[this.#offset] !== end) this.#items(startItems())
    this.#expect(end)
    this.#depth -= 1
  }

  #items(item: () => void): void {
    item()
    while (this.#text[this.#offset] === ',') {
      this.#offset += 1
      item()
    }
  }

  #member(names: Set<string>): () => void {
    return () => {
      this.#take(BLANKS)
      const start = this.#offset
      if (this.#text[start] !== '"') this.#fail('JSON_SYNTAX', 'JSON: a name in quotes is missing')
      this.#string()
      this.#checkName(names, start)
      this.#take(BLANKS)
      this.#expect(':')
      this.#value()
    }
  }

  #checkName(names: Set<string>, start: number): void {
    // Escapes are resolved by the parser: "\u0061" and "a" are the same name.
    const name: unknown = JSON.parse(this.#text.slice(start, this.#offset))
    if (typeof name !== 'string') return
    if (isForbiddenKey(name)) this.#fail('JSON_FORBIDDEN_KEY', 'JSON: a name that is not allowed', start)
    if (this.#rules.duplicateKeys === 'refuse' && names.has(name)) {
      this.#fail('JSON_DUPLICATE_KEY', 'JSON: a name occurs twice in an object', start)
    }
    names.add(name)
  }

  #string(): void {
    const start = this.#offset
    this.#offset += 1
    for (let code = this.#code(); code !== 0x22; code = this.#code()) {
      if (Number.isNaN(code)) this.#fail('JSON_SYNTAX', 'JSON: a string has no end', start)
      if (code < 0x20) this.#fail('JSON_SYNTAX', 'JSON: a control character in a string')
      if (code !== 0x5c) this.#offset += 1
      else if (this.#take(ESCAPE) === '') this.#fail('JSON_SYNTAX', 'JSON: an unknown escape')
    }
    this.#offset += 1
  }

  #number(): void {
    const start = this.#offset
    const token = this.#take(NUMBER)
    if (token === '') this.#fail('JSON_SYNTAX', 'JSON: a value is missing')
    const { inexactNumbers } = this.#rules
    const isFinite = Number.isFinite(Number(token))
    const mayRound = inexactNumbers === 'round' || (isOfWhole(inexactNumbers) && !isWholeNumber(token))
    if (mayRound ? isFinite : isExactNumber(token)) return
    const isText = inexactNumbers === 'text' || (inexactNumbers === 'text-whole' && isFinite)
    if (!isText) this.#fail('JSON_NUMBER_RANGE', 'JSON: a number that a double cannot hold; send it as text', start)
    this.keptAsText.push({ start, end: this.#offset })
  }

  #code(): number {
    return this.#text.charCodeAt(this.#offset)
  }

  #expect(character: string): void {
    if (this.#text[this.#offset] !== character) this.#fail('JSON_SYNTAX', `JSON: expected ${character}`)
    this.#offset += 1
  }

  /** Moves past a token, or not at all. */
  #take(token: RegExp): string {
    token.lastIndex = this.#offset
    const [taken = ''] = token.exec(this.#text) ?? []
    this.#offset += taken.length
    return taken
  }

  #fail(code: JsonCode, message: string, offset = this.#offset): never {
    throw new DecodeError(code, message, positionAt(this.#text, offset))
  }
}
