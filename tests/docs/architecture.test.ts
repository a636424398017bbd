import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  contactnow,
  danaconnect,
  datatalks,
  DELIVERY_STATES,
  OUTCOMES,
  RETRY_DELAYS_SECONDS,
  sluice,
} from '@sluice/gateway'
import { MAX_DEPTH, MAX_LIST_LENGTH, MAX_SIZE, MAX_STEPS } from '@sluice/gateway/expression'
import { MIGRATIONS } from '@sluice/gateway/store'

const root = join(import.meta.dir, '../..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')
const architecture = read('ARCHITECTURE.md')

/** The cells of the table row that begins with this text. */
function row(start: string): readonly string[] {
  const line = architecture.split('\n').find((candidate) => candidate.startsWith(`| ${start} |`))
  if (line === undefined) throw new Error(`ARCHITECTURE.md has no row "${start}"`)
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim())
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }

describe('ARCHITECTURE.md says what the code does:', () => {
  test('the retry table', () => {
    const seconds = row('after').map((cell) => {
      const [amount, unit = ''] = cell.split(' ')
      return Number(amount) * (SECONDS[unit] ?? NaN)
    })
    expect(seconds).toEqual([...RETRY_DELAYS_SECONDS])
  })

  test.each([...OUTCOMES])('the outcome %s', (outcome) => {
    expect(row(`\`${outcome}\``)).toHaveLength(2)
  })

  test.each([...DELIVERY_STATES])('the state %s', (state) => {
    const diagram = architecture.slice(architecture.indexOf('## States'), architecture.indexOf('## Outcomes'))
    expect(diagram).toContain(state)
  })

  test('the tables of the store', () => {
    const tables = MIGRATIONS.flat().flatMap((sql) => /CREATE TABLE (\w+)/.exec(sql)?.[1] ?? [])
    for (const table of tables) expect(row(`\`${table}\``)).toHaveLength(1)
  })

  test('which operations may be repeated', () => {
    const destinations = [
      danaconnect({ user: 'u', company: 'c', password: 'p' }),
      contactnow({ username: 'u', password: 'p' }),
      datatalks({ accessKeyId: 'a', secretAccessKey: 's' }),
      sluice({ baseUrl: 'https://sluice.test', source: 'relay', secret: 's' }),
    ]
    const printed = architecture
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, kind]) => destinations.some((destination) => destination.kind === kind))
      .flatMap(([, kind, operations = '', idempotent = '']) =>
        [...operations.matchAll(/`([^`]+)`/g)].map(([, name]) => `${kind} ${name} ${idempotent.startsWith('yes')}`),
      )
    const built = destinations.flatMap(({ kind, operations }) =>
      Object.entries(operations).map(([name, operation]) => `${kind} ${name} ${operation.idempotent({})}`),
    )
    expect(printed.toSorted()).toEqual(built.toSorted())
  })
})

test('docs/expressions.md says where an expression ends', () => {
  const limits = [...read('docs/expressions.md').matchAll(/\| ([\d,]+) \|$/gm)].map(([, limit = '']) =>
    Number(limit.replaceAll(',', '')),
  )
  expect(limits).toEqual([MAX_STEPS, MAX_LIST_LENGTH, MAX_SIZE, MAX_DEPTH])
})

describe('the flow', () => {
  const STEPS = ['receive', 'verify', 'validate', 'map', 'store', 'deliver', 'record', 'lease']

  test('is a sentence in which no step imports a later one', () => {
    const backwards = STEPS.flatMap((step, place) => {
      const text = read(`apps/gateway/src/flow/${step}.ts`)
      const imported = [...text.matchAll(/from '\.\/([a-z-]+)\.ts'/g)].map(([, name = '']) => name)
      return imported.filter((name) => STEPS.indexOf(name) > place).map((name) => `${step} imports ${name}`)
    })
    expect(backwards).toEqual([])
  })
})

describe('README.md', () => {
  test('is short', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(150)
  })

  test.each([
    'README.md',
    'ARCHITECTURE.md',
    'AGENTS.md',
    'CONTRIBUTING.md',
    'docs/failures.md',
    'docs/forwarding.md',
    'docs/cloudflare.md',
    'docs/expressions.md',
  ])('every link of %s to a file leads somewhere', async (name) => {
    const targets = [...read(name).matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target)
    const missing = []
    for (const target of targets.filter((candidate) => !candidate.includes('://'))) {
      const path = join(root, name, '..', target)
      const there = (await Bun.file(path).exists()) || (await Bun.file(join(path, 'README.md')).exists())
      if (!there) missing.push(target)
    }
    expect(missing).toEqual([])
  })
})
