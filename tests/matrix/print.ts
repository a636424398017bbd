import { WORKER_ROWS } from './expected-worker.ts'
import { OUTCOME_TABLES, type OutcomeTable, type Row } from './expected.ts'
import { LOOK_TABLE } from './expected-looks.ts'
import { grouped } from './grouped.ts'
import { outcomesOf } from './model.ts'

const UPSTREAMS = { danaconnect: 'DANAConnect', contactnow: '8x8 ContactNow', datatalks: 'Datatalks' } as const

/** Prints the tables as ARCHITECTURE.md has them: rows that mean the same are one, operations to which all means the same too. */
export function printOutcomes(): string {
  return OUTCOME_TABLES.map(printTable).join('\n\n')
}

/** Prints what is different where the gateway is a Worker: a line for each column whose outcome is another one. */
export function printWorkerDifferences(): string {
  const lines = WORKER_ROWS.flatMap(({ upstream, answers, row }) => {
    const table = OUTCOME_TABLES.find((one) => one.upstream === upstream && one.answers === answers)
    const elsewhere = table?.rows.find(([reply]) => reply === row[0])
    if (table === undefined || elsewhere === undefined) throw new Error(`nothing elsewhere is ${answers}: ${row[0]}`)
    return table.columns.flatMap(({ operations, repeatable }, at) => {
      const [before, after] = [outcomesOf(elsewhere)[at], outcomesOf(row)[at]]
      const names = operations.map((name) => `\`${name}\``).join(', ')
      const then = repeatable ? 'sent again, as elsewhere' : 'looked for where it can be, else parked'
      return before === after
        ? []
        : [`| ${UPSTREAMS[upstream]} | ${names} | ${row[0]} | ${before} | ${after} | ${then} |`]
    })
  })
  return [
    '| upstream | operation | reply or fault | elsewhere | on Workers | then |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function printTable(table: OutcomeTable): string {
  const { upstream, answers, columns, rows } = table
  const heads = columns.map(({ operations }) => operations.map((name) => `\`${name}\``).join(', '))
  const groups = grouped(rows, (row) => [...outcomesOf(row), row[2]].join(' | '))
  const lines = [...groups].map(([cells, alike]) => `| ${alike.map(printReply).join(', ')} | ${cells} |`)
  return [
    `${UPSTREAMS[upstream]}: ${answers}`,
    '',
    `| reply or fault | ${heads.join(' | ')} | asks to |`,
    `|---|${'---|'.repeat(columns.length + 1)}`,
    ...lines,
  ].join('\n')
}

/** Prints the table of looks as ARCHITECTURE.md has it. */
export function printLooks(): string {
  const groups = grouped(LOOK_TABLE.rows, ([, asks, landed, notLanded]) => `${landed} | ${notLanded} | ${asks}`)
  return [
    '| reply or fault | where it had landed | where it had not | asks to |',
    '|---|---|---|---|',
    ...[...groups].map(([cells, alike]) => `| ${alike.map(([reply]) => reply).join(', ')} | ${cells} |`),
  ].join('\n')
}

/** A star says that the upstream did the work before the reply. */
function printReply([reply, does]: Row): string {
  return does === 'work' ? `${reply}\\*` : reply
}
