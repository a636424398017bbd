import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { contactnow, danaconnect, datatalks, OUTCOMES } from '@sluice/gateway'
import { WORKER_ROWS } from './expected-worker.ts'
import { OUTCOME_TABLES } from './expected.ts'
import { LOOK_TABLE } from './expected-looks.ts'
import { outcomesOf } from './model.ts'
import { LOOKS_AFTER, WIRED_OPERATIONS } from './operations.ts'
import { printLooks, printOutcomes, printWorkerDifferences } from './print.ts'

const read = (path: string) => readFileSync(resolve(import.meta.dir, path), 'utf8')

describe('the outcome tables', () => {
  test('are printed in ARCHITECTURE.md', () => {
    const architecture = read('../../ARCHITECTURE.md')
    expect(architecture).toContain(printOutcomes())
    expect(architecture).toContain(printLooks())
  })

  test('say what is different on Workers, which is printed in ARCHITECTURE.md', () => {
    expect(read('../../ARCHITECTURE.md')).toContain(printWorkerDifferences())
  })

  test('differ on Workers only to be more cautious', () => {
    const changes = WORKER_ROWS.flatMap(({ upstream, answers, row }) => {
      const table = OUTCOME_TABLES.find((one) => one.upstream === upstream && one.answers === answers)
      const elsewhere = table?.rows.find(([reply]) => reply === row[0])
      expect(row.slice(1, 3)).toEqual(elsewhere?.slice(1, 3) ?? [])
      return outcomesOf(row).map((outcome, at) => `${elsewhere?.[at + 3]} to ${outcome}`)
    })
    expect([...new Set(changes)]).toEqual(['busy to unsure'])
  })

  test('are literals: they import nothing but each other', () => {
    const parts = ['', '-danaconnect', '-contactnow', '-datatalks', '-looks', '-worker']
    const files = parts.map((part) => `expected${part}.ts`)
    const imported = files.flatMap((file) => [...read(file).matchAll(/from '([^']+)'/g)].map(([, from = '']) => from))
    expect(imported.filter((from) => !files.includes(from.slice('./'.length)))).toEqual([])
  })

  test('have one outcome for each reply and column, and each reply once', () => {
    const known = new Set<string>([...OUTCOMES, '-'])
    const wrong = OUTCOME_TABLES.flatMap(({ upstream, answers, columns, rows }) => {
      const names = rows.map(([reply]) => reply)
      return rows
        .filter((row) => outcomesOf(row).length !== columns.length || !outcomesOf(row).every((cell) => known.has(cell)))
        .map(([reply]) => `${upstream}, ${answers}: ${reply}`)
        .concat(names.filter((name, at) => names.indexOf(name) !== at))
    })
    const looked = LOOK_TABLE.rows.map(([reply]) => reply)
    expect([...wrong, ...looked.filter((reply, at) => looked.indexOf(reply) !== at)]).toEqual([])
  })

  test('have every operation of every destination, and the matrix tries each', () => {
    const destinations = [
      danaconnect({ user: 'u', company: 'c', password: 'p' }),
      contactnow({ username: 'u', password: 'p' }),
      datatalks({ accessKeyId: 'a', secretAccessKey: 's' }),
    ]
    const wired = WIRED_OPERATIONS.map(({ upstream, operation }) => `${upstream} ${operation}`)
    const built = destinations.flatMap(({ kind, operations }) =>
      Object.keys(operations).map((name) => `${kind} ${name}`),
    )
    expect([...new Set(wired)].toSorted()).toEqual(built.toSorted())
    const named = OUTCOME_TABLES.flatMap(({ columns }) => columns.flatMap(({ operations }) => operations))
    const inTables = new Set(WIRED_OPERATIONS.map(({ inTable }) => inTable))
    expect(named.toSorted()).toEqual([...inTables].toSorted())
  })

  test('have every operation that can be looked for, and the matrix tries each: its write, and its looks', () => {
    const built = Object.entries(contactnow({ username: 'u', password: 'p' }).operations)
    const lookedFor = built.filter(([, { readBack }]) => readBack !== undefined).map(([name]) => name)
    expect(lookedFor.toSorted()).toEqual([...LOOK_TABLE.operations].toSorted())
    const tried = WIRED_OPERATIONS.filter(({ marked }) => marked)
    expect(tried.map(({ operation, looksAfter }) => `${operation} ${looksAfter ?? ''}`).toSorted()).toEqual(
      lookedFor.flatMap((name) => ['', ...LOOKS_AFTER].map((after) => `${name} ${after}`)).toSorted(),
    )
  })

  test('agree with the destinations on what may be repeated', () => {
    const factories = {
      danaconnect: danaconnect({ user: 'u', company: 'c', password: 'p' }),
      contactnow: contactnow({ username: 'u', password: 'p' }),
      datatalks: datatalks({ accessKeyId: 'a', secretAccessKey: 's' }),
    }
    const columns = OUTCOME_TABLES.flatMap((table) => table.columns)
    const wrong = WIRED_OPERATIONS.filter(({ inTable, upstream, operation, payload }) => {
      const column = columns.find(({ operations }) => operations.includes(inTable))
      const declared: Readonly<Record<string, { idempotent(payload: never): boolean }>> = factories[upstream].operations
      return declared[operation]?.idempotent(payload('1') as never) !== column?.repeatable
    })
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  test('nothing in this folder is named in the code that it judges', () => {
    expect(read(join('../../apps/gateway', 'package.json'))).not.toContain('@sluice/tests')
  })
})
