import { describe, expect, test } from 'bun:test'
import { SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Destination, Finding } from '../destinations/destination.ts'
import type { LeasedDelivery } from '../store/port.ts'
import { reconcile } from './reconcile.ts'

const UNSURE_AT = 1_700_000_000_000
const SETTLED_AT = UNSURE_AT + 60_000
const POLICY = { marker: 'Reference', settleMs: 60_000 }
const CALL = { observe: () => undefined, observeToken: () => undefined, signal: new AbortController().signal }
const DELIVERY: LeasedDelivery = {
  id: 'dlv_1',
  leaseId: 'lse_1',
  eventId: 'evt_1',
  route: 'r',
  destination: 'calls',
  operation: 'records.create',
  payload: { dataset: '104' },
  attempts: 1,
  countedAttempts: 1,
  unsureAtMs: UNSURE_AT,
  batch: null,
}

const EXCHANGE = {
  request: { method: 'GET', url: 'https://upstream.test/', headers: {}, bodyBytes: 0 },
  startedAtMs: UNSURE_AT,
  endedAtMs: UNSURE_AT,
}

/** A destination that answers a look so, and whose operations nobody may call. */
function asked(answer: () => Promise<Finding>) {
  const looks: unknown[] = []
  const destination: Destination = {
    deliver: () => Promise.reject(new TypeError('nothing is to be sent')),
    find: (...look) => {
      looks.push(look.slice(0, 3))
      return answer()
    },
    call: () => Promise.reject(new TypeError('nothing is to be called')),
    renews: () => false,
    deliverBatch: () => Promise.reject(new Error('no batch is expected')),
    test: null,
  }
  return { destination, looks }
}

const look = (
  answer: () => Promise<Finding>,
  nowMs: number,
  delivery = DELIVERY,
  policy: { marker: string | null; settleMs: number } = POLICY,
) => reconcile(asked(answer).destination, delivery, policy, nowMs, CALL)

describe('reconcile', () => {
  test('asks by the id of the delivery, in the place that the route gave it', async () => {
    const { destination, looks } = asked(() => Promise.resolve({ verdict: 'absent' }))
    await reconcile(destination, DELIVERY, POLICY, SETTLED_AT, CALL)
    expect(looks).toEqual([['records.create', { dataset: '104' }, { place: 'Reference', id: 'dlv_1' }]])
  })

  test('what is found is delivered, with its receipt', async () => {
    const found = look(() => Promise.resolve({ verdict: 'landed', receipt: { key: '7' } }), UNSURE_AT)
    expect(await found).toMatchObject({ send: false, judgement: { outcome: 'delivered' }, receipt: { key: '7' } })
  })

  test('an absence is believed only when it settled', async () => {
    const absent = () => Promise.resolve({ verdict: 'absent' } as const)
    expect(await look(absent, SETTLED_AT - 1)).toMatchObject({ send: false, judgement: { code: 'ABSENT_SO_FAR' } })
    expect(await look(absent, SETTLED_AT)).toEqual({ send: true })
  })

  test('a token that is refused is renewed, and the look made once more', async () => {
    const expired = new UpstreamError({ code: 'TOKEN_EXPIRED', retry: 'auth', message: 'x' })
    let looks = 0
    const { destination } = asked(() => {
      looks += 1
      return looks === 1 ? Promise.reject(expired) : Promise.resolve({ verdict: 'landed', receipt: {} })
    })
    const renewing = { ...destination, renews: (code: string) => code === 'TOKEN_EXPIRED' }
    expect(await reconcile(renewing, DELIVERY, POLICY, SETTLED_AT, CALL)).toMatchObject({
      judgement: { outcome: 'delivered' },
    })
    expect(looks).toBe(2)
  })

  test('what is unclear is never sent', async () => {
    const unclear = look(() => Promise.resolve({ verdict: 'unclear' }), SETTLED_AT)
    expect(await unclear).toMatchObject({
      send: false,
      judgement: { outcome: 'unsure', code: 'UNCLEAR_WHETHER_LANDED' },
    })
  })

  const refused = (httpStatus: number) => new UpstreamError({ code: 'NO', retry: 'never', message: 'x', httpStatus })
  test.each([
    [
      'is not answered',
      new TransportError('HEADERS_TIMEOUT', 'maybe-sent', 'x'),
      true,
      'busy',
      'HEADERS_TIMEOUT',
      true,
    ],
    ['cannot be read', new UpstreamError({ code: 'CUT', retry: 'unsure', message: 'x' }), true, 'busy', 'CUT', true],
    ['has no token', refused(200), false, 'unauthorized', 'NO', true],
    [
      'is refused for its token',
      new UpstreamError({ code: 'NO', retry: 'auth', message: 'x' }),
      true,
      'unauthorized',
      'NO',
      true,
    ],
    ['cannot be made', new SchemaError('x', []), false, 'unsure', 'UNCLEAR_WHETHER_LANDED', false],
    ['is refused in a 200', refused(200), true, 'unsure', 'UNCLEAR_WHETHER_LANDED', false],
    ['is refused with 400', refused(400), true, 'unsure', 'UNCLEAR_WHETHER_LANDED', false],
    ['is refused with 403', refused(403), true, 'unsure', 'UNCLEAR_WHETHER_LANDED', false],
  ] as const)('a look that %s sends nothing', async (_, error, begun, outcome, code, failed) => {
    const { destination } = asked(() => Promise.reject(error))
    const telling: Destination = {
      ...destination,
      find: (operation, payload, marker, call) => {
        if (begun) call.observe(EXCHANGE)
        return destination.find(operation, payload, marker, call)
      },
    }
    expect(await reconcile(telling, DELIVERY, POLICY, SETTLED_AT, CALL)).toMatchObject({
      send: false,
      judgement: { outcome, code },
      failed,
    })
  })

  const never = () => Promise.reject(new TypeError('nobody is to be asked'))
  test('where nothing is unsure nobody is asked, and it is sent', async () => {
    expect(await look(never, SETTLED_AT, { ...DELIVERY, unsureAtMs: null })).toEqual({ send: true })
  })

  test('where the route no longer says where to look nobody is asked, and nothing is sent', async () => {
    expect(await look(never, SETTLED_AT, DELIVERY, { ...POLICY, marker: null })).toMatchObject({
      send: false,
      judgement: { outcome: 'unsure', code: 'UNCLEAR_WHETHER_LANDED' },
    })
  })
})
