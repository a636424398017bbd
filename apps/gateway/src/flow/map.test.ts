import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { buildConfig, type OnMappingFault, type Route, route, source } from '../config.ts'
import { contactnow } from '../destinations/contactnow.ts'
import { RequestError } from '../problem.ts'
import { encodeRequest, sourceByHand } from './by-hand.ts'
import { bearer } from '../sources/bearer.ts'
import { map } from './map.ts'

const DATA = { phone: '+4670', vip: true, note: 'secret-of-the-contact' }
const schema = z.object({ phone: z.string(), vip: z.boolean(), note: z.string() })
const calls = contactnow({ username: 'u', password: 'p' })

type Options = Parameters<typeof route<z.output<typeof schema>, typeof calls, 'records.create'>>[3]

/** Maps DATA by one route. */
async function mapBy(options: Options, onMappingFault?: OnMappingFault) {
  return map(sourceOf(options, onMappingFault), DATA, () => 'dlv_1')
}

function sourceOf(options: Options, onMappingFault?: OnMappingFault) {
  const demo = source({
    scheme: bearer('a-token-of-a-sender'),
    schema,
    ...(onMappingFault === undefined ? {} : { onMappingFault }),
  })
  const routes: readonly Route[] = [route(demo, calls, 'records.create', options)]
  const keys = [{ name: 'admin', token: 'a-key-of-some-length', scopes: ['read' as const] }]
  const config = buildConfig(() => ({ sources: { demo }, destinations: { calls }, routes, keys }), {})
  const configured = config.sources.get('demo')
  if (configured === undefined) throw new Error('demo is not configured')
  return configured
}

const PAYLOAD = { dataset: '104', MobilePhone: '+4670' }
const typed = ({ phone }: { readonly phone: string }) => ({ dataset: '104', MobilePhone: phone })
const EXPRESSION = '{ "dataset": "104", "MobilePhone": phone }'

describe('a route makes a delivery', () => {
  test.each<[string, Options, object]>([
    ['by a function', { map: typed }, PAYLOAD],
    ['by an expression', { map: EXPRESSION }, PAYLOAD],
    ['by functions', { when: ({ vip }) => vip, map: typed }, PAYLOAD],
    ['by expressions', { when: 'vip', map: EXPRESSION }, PAYLOAD],
    ['by one of each', { when: 'phone != "none"', map: typed }, PAYLOAD],
    ['with its id as the marker', { map: EXPRESSION, marker: 'sluice_id' }, { ...PAYLOAD, sluice_id: 'dlv_1' }],
  ])('%s', async (_, options, payload) => {
    expect(await mapBy(options)).toEqual([
      {
        id: 'dlv_1',
        route: 'demo.calls.records.create',
        destination: 'calls',
        operation: 'records.create',
        payload: payload as typeof PAYLOAD,
        reason: null,
        orderingKey: null,
        gather: null,
      },
    ])
  })

  test.each<[string, Options['when']]>([
    ['a function says no', () => false],
    ['an expression says no', 'vip = false'],
    ['an expression finds nothing', 'absent'],
  ])('unless %s', async (_, when = () => true) => {
    expect(await mapBy({ when, map: typed })).toEqual([])
  })
})

describe('an ordering key', () => {
  test.each<[string, Options['orderingKey'], string | null]>([
    ['is what a function says', ({ phone }) => phone, '+4670'],
    ['is what an expression says', 'phone', '+4670'],
    ['may be a number', '40 + 2', '42'],
    ['is none where there is nothing', 'absent', null],
    ['is none where a function says so', () => null, null],
  ])('%s', async (_, orderingKey = () => null, expected) => {
    expect((await mapBy({ map: typed, orderingKey }))[0]?.orderingKey).toBe(expected)
  })

  test('that is no key makes a dead delivery that says so', async () => {
    expect((await mapBy({ map: typed, orderingKey: '[1, 2]' }))[0]).toMatchObject({
      orderingKey: null,
      reason: { code: 'MAPPING_FAILED', detail: expect.stringContaining('the ordering key failed') },
    })
  })
})

const fail = () => {
  throw new Error(DATA.note)
}
const FAULTS: readonly [name: string, options: Options, code: string, path: string, message: string][] = [
  ['a condition that throws', { when: fail, map: typed }, 'MAPPING_FAILED', '', 'the condition threw'],
  ['a mapping that throws', { map: fail }, 'MAPPING_FAILED', '', 'the mapping threw'],
  [
    'an expression that fails',
    { map: '$error(note)' },
    'MAPPING_FAILED',
    '',
    'the mapping failed: D3137 at position 7',
  ],
  [
    'a condition that is neither true nor false',
    { when: 'note', map: typed },
    'MAPPING_FAILED',
    '',
    'the condition failed: it yields neither true nor false',
  ],
  [
    'an expression that runs away',
    { map: '($f := function($n) { $f($n) }; $f(note))' },
    'MAPPING_FAILED',
    '',
    'the mapping failed: it took more than 100000 steps',
  ],
  [
    'a wrong payload',
    { map: '{ "dataset": { "n": 104 }, "MobilePhone": note }' },
    'PAYLOAD_INVALID',
    'dataset',
    'expected a string or a number',
  ],
  ['no payload', { map: 'absent' }, 'PAYLOAD_INVALID', '', 'Invalid input: expected object, received undefined'],
]

describe('what cannot be mapped', () => {
  test.each([...FAULTS])('makes a dead delivery that says where: %s', async (_, options, code, path, message) => {
    const [delivery] = await mapBy(options)
    expect(delivery).toMatchObject({ payload: null, reason: { code } })
    const where = path === '' ? message : `${path}: ${message}`
    expect(delivery?.reason?.detail).toBe(`Route demo.calls.records.create: ${where}`)
  })

  test.each([...FAULTS])('is refused where the source says so: %s', async (_, options, _code, path, message) => {
    const refusal: unknown = await mapBy(options, 'refuse').catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(RequestError)
    expect(refusal).toMatchObject({
      code: 'MAPPING_REFUSED',
      issues: [{ path, message: `Route demo.calls.records.create: ${message}` }],
    })
  })

  test.each([...FAULTS])('quotes nothing of the event: %s', async (_, options) => {
    const refusal: unknown = await mapBy(options, 'refuse').catch((error: unknown) => error)
    expect(JSON.stringify([await mapBy(options), refusal, String(refusal)])).not.toContain(DATA.note)
  })
})

describe('what would not fit into a row', () => {
  const stored = JSON.stringify({ payload: PAYLOAD, orderingKey: null, gather: null }).length

  async function mapWithin(maxPayloadBytes: number, options: Options, onMappingFault: OnMappingFault = 'dead') {
    const configured = sourceOf(options, onMappingFault)
    return map({ ...configured, maxPayloadBytes }, DATA, () => 'dlv_1')
  }

  test('is kept dead without its payload', async () => {
    expect(await mapWithin(stored, { map: typed })).toMatchObject([{ payload: PAYLOAD, reason: null }])
    expect(await mapWithin(stored - 1, { map: typed })).toMatchObject([
      {
        payload: null,
        reason: {
          code: 'PAYLOAD_TOO_LARGE',
          detail: `Route demo.calls.records.create: takes more than the ${stored - 1} bytes that can be stored`,
        },
      },
    ])
  })

  test('is measured in bytes', async () => {
    const map = () => ({ dataset: '104', MobilePhone: 'é'.repeat(5) })
    expect(await mapWithin(stored + 4, { map })).toMatchObject([{ reason: { code: 'PAYLOAD_TOO_LARGE' } }])
    expect(await mapWithin(stored + 5, { map })).toMatchObject([{ reason: null }])
  })

  test('is measured with what it is ordered by', async () => {
    const orderingKey = () => 'x'.repeat(100)
    expect(await mapWithin(stored + 90, { map: typed, orderingKey })).toMatchObject([
      { orderingKey: null, reason: { code: 'PAYLOAD_TOO_LARGE' } },
    ])
  })

  test('is refused where the source says so', async () => {
    const refusal: unknown = await mapWithin(10, { map: typed }, 'refuse').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'MAPPING_REFUSED' })
  })
})

test('what was asked for by hand is refused by the name of its operation, and none of ours', async () => {
  const request = { destination: 'calls', operation: 'records.create', payloads: [{ dataset: 7 }], orderingKey: null }
  const byHand = sourceByHand({ destinations: new Map([['calls', calls]]) }, encodeRequest(request))
  const refused = await map(byHand, null, () => 'dlv_1').catch((error: unknown) => error)
  if (!(refused instanceof RequestError)) throw new Error('it was not refused')
  expect(refused.code).toBe('MAPPING_REFUSED')
  expect(refused.issues.length).toBeGreaterThan(0)
  for (const { message } of refused.issues) expect(message).toStartWith('records.create of calls: ')
})
