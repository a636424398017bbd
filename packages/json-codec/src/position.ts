import type { Position } from '@sluice/errors'

/** Returns line and column of an offset; a line ends with LF, CR or both. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|[\r\n]/)
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
