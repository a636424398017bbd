/** How a story went on a runtime. */
export interface Cell {
  readonly story: string
  readonly runtime: string
  /** Null when it holds. */
  readonly failure: string | null
  readonly ms: number
}

const COLUMN = 10

/** Writes the head of the table. */
export function head(runtimes: readonly string[], width: number): string {
  return `${'story'.padEnd(width)}${runtimes.map((name) => `  ${name.padEnd(COLUMN)}`).join('')}\n`
}

/** Writes a row: how long the story took where it holds. A cell that was not played is a failure. */
export function row(story: string, runtimes: readonly string[], cells: readonly Cell[], width: number): string {
  const columns = runtimes.map((name) => `  ${shown(cellOf(cells, story, name)).padEnd(COLUMN)}`)
  return `${story.padEnd(width)}${columns.join('')}\n`
}

/** Sums everything up, with what went wrong; the last line is `N passed, N failed`. */
export function totals(stories: readonly string[], runtimes: readonly string[], cells: readonly Cell[]) {
  const wanted = stories.flatMap((story) => runtimes.map((runtime) => ({ story, runtime })))
  const failures = wanted.flatMap(({ story, runtime }) => {
    const cell = cellOf(cells, story, runtime)
    if (cell === undefined) return [`${runtime}: ${story}\n    was not played\n`]
    return cell.failure === null ? [] : [`${runtime}: ${story}\n${cell.failure.replaceAll(/^/gm, '    ')}\n`]
  })
  const passed = wanted.length - failures.length
  return {
    text: `\n${failures.join('\n')}${failures.length === 0 ? '' : '\n'}${passed} passed, ${failures.length} failed\n`,
    ok: failures.length === 0 && passed > 0,
  }
}

function cellOf(cells: readonly Cell[], story: string, runtime: string): Cell | undefined {
  return cells.find((cell) => cell.story === story && cell.runtime === runtime)
}

function shown(cell: Cell | undefined): string {
  if (cell === undefined) return 'MISSING'
  return cell.failure === null ? `${(cell.ms / 1000).toFixed(1)} s` : 'FAILED'
}
