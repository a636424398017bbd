import type { Position } from '@sluice/errors'

const LF = 10
const CR = 13

/** Follows a text, character by character: where the next one stands. A line ends with LF, CR or both. */
export class TextPosition {
  #line = 1
  #column = 1
  #isAfterReturn = false

  advance(code: number): void {
    if (code === LF || code === CR) {
      if (!(code === LF && this.#isAfterReturn)) this.#line++
      this.#column = 1
    } else {
      this.#column++
    }
    this.#isAfterReturn = code === CR
  }

  get current(): Position {
    return { line: this.#line, column: this.#column }
  }

  /** Where the character after the next one stands, when the next one ends no line. */
  get next(): Position {
    return { line: this.#line, column: this.#column + 1 }
  }
}
