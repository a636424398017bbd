import { type CellResult, nameOf, strikeOf } from './cell.ts'
import { grouped } from './grouped.ts'
import { type Times, TIMES } from './replies.ts'

/** Writes what a cell came to: `dead after 10 attempts, 10 effects`. */
function endOf({ actual, wrong }: CellResult): string {
  const { state, attempts, effects } = actual
  const text = `${String(state)}, ${plural(attempts, 'attempt')}, ${plural(effects, 'effect')}`
  return wrong.length === 0 ? text : `WRONG: ${text}`
}

/** Tells a cell whose fault fits the operation from one that the sandbox refuses to arm. */
export function isStruck({ cell }: CellResult): boolean {
  return strikeOf(cell) !== null
}

function plural(count: unknown, word: string): string {
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`
}

/** Writes the cells of one operation as a table: one line for all replies that come to the same, whatever their number. */
export function tableOfOperation(name: string, results: readonly CellResult[]): string {
  const times = Object.keys(TIMES) as Times[]
  const refused = new Set(results.filter((result) => !isStruck(result)).map(({ cell }) => cell.reply))
  const byReply = grouped(results, ({ cell }) => cell.reply)
  const lines = grouped(byReply, ([reply, cells]) => {
    const ends = times.map((each) => {
      const found = cells.find(({ cell }) => cell.times === each)
      return (found === undefined ? '' : endOf(found)).padEnd(38)
    })
    return `${ends.join('')}${refused.has(reply) ? 'refused by the sandbox: ' : ''}`
  })
  const head = times.map((each) => each.padEnd(38)).join('')
  const body = [...lines].map(([ends, replies]) => `  ${ends}${replies.map(([reply]) => reply).join(', ')}`)
  return [name, `  ${head}`, ...body].join('\n')
}

/** Writes one cell on a line of its own. */
export function lineOf(result: CellResult): string {
  return `${nameOf(result.cell)}: ${endOf(result)}`
}

/** Writes what is wrong with a cell. */
export function faultsOf(result: CellResult): string {
  return `${lineOf(result)}\n${result.wrong.map((fault) => `    ${fault}`).join('\n')}`
}
