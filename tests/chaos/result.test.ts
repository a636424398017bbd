import { describe, expect, test } from 'bun:test'
import { countEmails, type Received } from './received.ts'
import { type ChaosResult, closingLine, countArrivals, isKept, summarise } from './result.ts'

const received = (...times: readonly [number, number, number]): Received => {
  const [danaconnect, contactnow, datatalks] = times.map((count) => new Map([['event-0@chaos.example', count]]))
  return {
    danaconnect: danaconnect ?? new Map(),
    contactnow: contactnow ?? new Map(),
    datatalks: datatalks ?? new Map(),
  }
}

describe('countEmails', () => {
  test('counts what had an effect, wherever the email stands in it', () => {
    const requests = [
      { query: '', body: '{"data":{"email":"event-1@chaos.example"}}', effect: 1 },
      { query: 'payload=event-1%40chaos.example', body: '', effect: 1 },
      { query: '', body: 'event-12@chaos.example', effect: 1 },
      { query: '', body: 'event-1@chaos.example', effect: 0 },
      { query: 'action=get', body: '', effect: 1 },
    ]
    expect([...countEmails(requests)]).toEqual([
      ['event-1@chaos.example', 2],
      ['event-12@chaos.example', 1],
    ])
  })
})

describe('countArrivals', () => {
  const cases: readonly [string, Received, ReturnType<typeof countArrivals>][] = [
    ['everything arrived once', received(1, 1, 1), { accepted: 1, delivered: 3, lost: 0, duplicated: 0 }],
    ['one upstream received nothing', received(1, 0, 1), { accepted: 1, delivered: 2, lost: 1, duplicated: 0 }],
    ['two upstreams received it again', received(2, 5, 1), { accepted: 1, delivered: 3, lost: 0, duplicated: 2 }],
  ]
  test.each(cases)('%s', (_, arrived, expected) => {
    expect(countArrivals([0], arrived)).toEqual(expected)
  })

  test('an event that was not accepted is not counted, even if it arrived', () => {
    expect(countArrivals([], received(1, 1, 1))).toEqual({ accepted: 0, delivered: 0, lost: 0, duplicated: 0 })
  })
})

describe('isKept', () => {
  const kept: ChaosResult = { kills: 2, accepted: 10, delivered: 30, lost: 0, duplicated: 0, problems: [] }
  const cases: readonly [string, ChaosResult, boolean][] = [
    ['everything as planned', kept, true],
    ['duplicates break no promise', { ...kept, duplicated: 4 }, true],
    ['a kill did not happen', { ...kept, kills: 1 }, false],
    ['an event was not accepted', { ...kept, accepted: 9 }, false],
    ['a delivery did not arrive', { ...kept, delivered: 29, lost: 1 }, false],
    ['the gateway does not know an event', { ...kept, lost: 1 }, false],
    ['something else was found', { ...kept, problems: ['a delivery is parked'] }, false],
  ]
  test.each(cases)('%s', (_, result, expected) => {
    expect(isKept(result, { kills: 2, events: 10 })).toBe(expected)
  })

  test('the closing line says it in numbers', () => {
    expect(closingLine({ ...kept, lost: 1, duplicated: 4 })).toBe(
      'kills 2 accepted 10 delivered 30 lost 1 duplicated 4',
    )
  })
})

test('each problem is said once, with its count', () => {
  expect(summarise(['a is lost', 'b is lost', 'a is lost'])).toEqual(['a is lost (2 times)', 'b is lost'])
})
