import { afterEach, describe, expect, test } from 'bun:test'
import type { FaultName } from '@sluice/upstream-mocks'
import { SAMPLES, type Sample } from './samples.ts'
import { answered, prepare, setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

type End = readonly [status: number, code: string]
const REFUSED: End = [422, 'UPSTREAM_REFUSED']
const FAILED: End = [502, 'UPSTREAM_FAILED']
const TIMEOUT: End = [504, 'UPSTREAM_TIMEOUT']
const UNSURE: End = [409, 'UPSTREAM_UNSURE']
const same = (end: End): Readonly<Record<Sample['kind'], End>> => ({ read: end, repeatable: end, once: end })
const unlessOnce = (end: End): Readonly<Record<Sample['kind'], End>> => ({ read: end, repeatable: end, once: UNSURE })

/** What a fault is answered with, by what may be repeated: written from docs/api.md. */
const TABLE: readonly (readonly [fault: FaultName, ends: Readonly<Record<Sample['kind'], End>>])[] = [
  ['refusal-200', same(REFUSED)],
  ['status-400', same(REFUSED)],
  ['status-404', same([404, 'UPSTREAM_NOT_FOUND'])],
  ['status-401', same([502, 'UPSTREAM_UNAUTHORIZED'])],
  ['status-429', same([503, 'UPSTREAM_BUSY'])],
  ['status-500', unlessOnce(FAILED)],
  ['status-502', unlessOnce(FAILED)],
  ['reset', unlessOnce(FAILED)],
  ['reset-after', unlessOnce(FAILED)],
  ['html-200', unlessOnce(FAILED)],
  ['cut-200', unlessOnce(FAILED)],
  ['timeout', unlessOnce(TIMEOUT)],
  ['timeout-after', unlessOnce(TIMEOUT)],
]

/** The same where the upstream names a time: the gate closes for it, and a repeat waits for it. */
const AFTER_SECONDS = 7
const BUSY: End = [503, 'UPSTREAM_BUSY']
const TIMED: typeof TABLE = [
  ['status-429', same(BUSY)],
  ['status-503', same(BUSY)],
  ['status-500', unlessOnce(BUSY)],
  ['status-502', unlessOnce(BUSY)],
  ['status-504', unlessOnce(BUSY)],
]

/** One of each upstream and kind. */
const CHOSEN = SAMPLES.filter(
  (sample, index) =>
    SAMPLES.findIndex(({ upstream, kind }) => upstream === sample.upstream && kind === sample.kind) === index,
)

describe.each(TABLE)('%s', (fault, ends) => {
  test.each(CHOSEN.map((sample) => [sample.upstream, sample.operation, sample] as const))(
    'of %s %s',
    async (_, __, sample) => {
      stage = await setStage()
      await prepare(stage)
      const { upstream, strikes: operation, kind } = sample
      stage.world.fault({ upstream, fault, operation, times: 10 })
      const { status, json, headers } = await answered(stage, stage.play(sample))
      const [expected, code] = ends[kind]
      expect({ status, json }).toMatchObject({
        status: expected,
        json: { code, status: expected, upstream: { destination: upstream, operation: sample.operation } },
      })
      expect(headers.get('content-type')).toBe('application/problem+json')
      expect(headers.has('retry-after')).toBe(expected === 503)
    },
  )
})

describe.each(TIMED)('%s with a time', (fault, ends) => {
  test.each(CHOSEN.map((sample) => [sample.upstream, sample.operation, sample] as const))(
    'of %s %s',
    async (_, __, sample) => {
      stage = await setStage()
      await prepare(stage)
      const { upstream, strikes: operation, kind } = sample
      stage.world.fault({ upstream, fault, operation, times: 10, retryAfterSeconds: AFTER_SECONDS })
      const { status, json, headers } = await answered(stage, stage.play(sample))
      const [expected, code] = ends[kind]
      expect({ status, json }).toMatchObject({ status: expected, json: { code } })
      // What may have landed is not to be sent again at any time.
      expect(headers.get('retry-after')).toBe(expected === 503 ? String(AFTER_SECONDS) : null)
      const { json: accounts } = await stage.ask('GET', '/v1/destinations')
      const account = { name: upstream, gate: expect.objectContaining({ reason: 'retry-after' }) }
      expect(accounts).toMatchObject({ destinations: expect.arrayContaining([expect.objectContaining(account)]) })
    },
  )
})
