import { describe, expect, test } from 'bun:test'
import { judgeEvent, type GatewayAudit, NOTHING } from './audit.ts'
import type { StoredEvent } from './gateway-api.ts'
import { countEmails, type Received } from './received.ts'
import { type ChaosResult, closingLine, countLost, isKept, type Planned, summarise } from './result.ts'

describe('countEmails', () => {
  test('counts what had an effect, wherever the email stands in it, and however many do', () => {
    const requests = [
      { query: '', body: '{"data":{"email":"event-1@chaos.example"}}', effect: 1 },
      { query: 'payload=event-1%40chaos.example', body: '', effect: 1 },
      { query: '', body: 'event-12@chaos.example', effect: 1 },
      { query: '', body: 'event-1@chaos.example', effect: 0 },
      { query: '', body: '"event-3@chaos.example"\r\n"event-4@chaos.example"', effect: 1 },
      { query: 'action=get', body: '', effect: 1 },
    ]
    expect([...countEmails(requests)]).toEqual([
      ['event-1@chaos.example', 2],
      ['event-12@chaos.example', 1],
      ['event-3@chaos.example', 1],
      ['event-4@chaos.example', 1],
    ])
  })
})

type StoredDelivery = StoredEvent['deliveries'][number]

const DELIVERED: Omit<StoredDelivery, 'destination'> = { state: 'delivered', reason: null, attempts: [{ code: null }] }
const DIED = { code: 'PROCESS_DIED' }

describe('judgeEvent', () => {
  /** Judges an event of which one delivery is as told, and was received so often; the others are as they should be. */
  const judge = (destination: keyof Received, times: number, delivery: Partial<StoredDelivery>): GatewayAudit => {
    const received = (name: keyof Received) => new Map([['event-0@chaos.example', name === destination ? times : 1]])
    const deliveries = (['danaconnect', 'contactnow', 'datatalks'] as const).map((name) => ({
      ...DELIVERED,
      destination: name,
      ...(name === destination ? delivery : {}),
    }))
    return judgeEvent(
      0,
      { deliveries },
      {
        danaconnect: received('danaconnect'),
        contactnow: received('contactnow'),
        datatalks: received('datatalks'),
      },
    )
  }
  const all = { ...NOTHING, delivered: 3 }
  const twice = { attempts: [DIED, { code: null }] }

  const cases: readonly [string, GatewayAudit, GatewayAudit][] = [
    ['everything arrived once', judge('datatalks', 1, {}), all],
    [
      'parked after a kill is in sight, whether it arrived or not',
      judge('danaconnect', 1, { state: 'parked', attempts: [DIED] }),
      { ...all, delivered: 2, parked: 1 },
    ],
    ['a create twice is a duplicate', judge('contactnow', 2, twice), { ...all, duplicated: 1 }],
    ['an upsert twice is a repeat', judge('datatalks', 2, twice), { ...all, repeated: 1 }],
    [
      'twice without a kill',
      judge('contactnow', 2, { attempts: [{ code: null }, { code: null }] }),
      { ...all, duplicated: 1, problems: ['contactnow received an event 2 times, and no kill explains it'] },
    ],
    [
      'more often than there are attempts',
      judge('contactnow', 3, twice),
      { ...all, duplicated: 1, problems: ['contactnow received an event 3 times, in 2 attempts'] },
    ],
    [
      'delivered, and never received',
      judge('danaconnect', 0, {}),
      { ...all, delivered: 2, problems: ['danaconnect never received what is delivered'] },
    ],
    [
      'parked without a kill',
      judge('contactnow', 1, { state: 'parked', reason: { code: 'UNREADABLE' } }),
      {
        ...all,
        delivered: 2,
        parked: 1,
        problems: ['a delivery to contactnow is parked (UNREADABLE), and no kill explains it'],
      },
    ],
    [
      'dead',
      judge('datatalks', 1, { state: 'dead', reason: { code: 'DATATALKS_REFUSED' } }),
      { ...all, delivered: 2, problems: ['a delivery to datatalks is dead (DATATALKS_REFUSED)'] },
    ],
  ]
  test.each(cases)('%s', (...[, judged, expected]) => {
    expect(judged).toEqual(expected)
  })

  test('an event without all of its deliveries', () => {
    const empty: Received = { danaconnect: new Map(), contactnow: new Map(), datatalks: new Map() }
    expect(judgeEvent(0, { deliveries: [] }, empty)).toEqual({ ...NOTHING, problems: ['an event has 0 deliveries'] })
  })
})

describe('countLost', () => {
  test('counts what is neither delivered nor parked', () => {
    expect(countLost(10, { delivered: 27, parked: 3 })).toBe(0)
    expect(countLost(10, { delivered: 26, parked: 3 })).toBe(1)
  })
})

describe('isKept', () => {
  const kept: ChaosResult = {
    kills: 2,
    accepted: 10,
    delivered: 28,
    parked: 2,
    lost: 0,
    duplicated: 0,
    repeated: 3,
    problems: [],
  }
  const planned: Planned = { kills: 2, events: 10, onUnsure: 'park' }
  const cases: readonly [string, ChaosResult, Planned, boolean][] = [
    ['everything as planned', kept, planned, true],
    ['a duplicate', { ...kept, duplicated: 1 }, planned, false],
    [
      'a duplicate where what is unsure is sent again',
      { ...kept, duplicated: 1 },
      { ...planned, onUnsure: 'resend' },
      true,
    ],
    ['a kill did not happen', { ...kept, kills: 1 }, planned, false],
    ['an event was not accepted', { ...kept, accepted: 9 }, planned, false],
    ['a delivery is lost', { ...kept, delivered: 27, lost: 1 }, planned, false],
    ['something else was found', { ...kept, problems: ['a delivery is dead'] }, planned, false],
  ]
  test.each(cases)('%s', (_, result, plan, expected) => {
    expect(isKept(result, plan)).toBe(expected)
  })

  test('the closing line says it in numbers', () => {
    expect(closingLine({ ...kept, lost: 1, duplicated: 4 })).toBe(
      'kills 2 accepted 10 delivered 28 parked 2 lost 1 duplicated 4',
    )
  })
})

test('each problem is said once, with its count', () => {
  expect(summarise(['a is lost', 'b is lost', 'a is lost'])).toEqual(['a is lost (2 times)', 'b is lost'])
})
