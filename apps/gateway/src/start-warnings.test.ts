import { describe, expect, test } from 'bun:test'
import { contactnow } from './destinations/contactnow.ts'
import { danaconnect } from './destinations/danaconnect.ts'
import { datatalks } from './destinations/datatalks.ts'
import type { DestinationFactory } from './destinations/destination.ts'
import { sluice } from './destinations/sluice.ts'
import { readFixedEgress, startWarnings } from './start-warnings.ts'

const account = { username: 'u', password: 'p' }
const relay = sluice({ baseUrl: 'https://sluice.test', source: 'relay', secret: `whsec_${btoa('x'.repeat(32))}` })
const others = {
  danaconnect: danaconnect({ user: 'u', company: 'c', password: 'p' }),
  datatalks: datatalks({ accessKeyId: 'a', secretAccessKey: 's' }),
  relay,
}

describe('it is warned of', () => {
  const rows: [name: string, destinations: Record<string, DestinationFactory>, fixed: boolean, warned: string[]][] = [
    ['nothing where the address is fixed', { contactnow: contactnow(account), ...others }, true, []],
    ['ContactNow where it is not', { contactnow: contactnow(account), ...others }, false, ['contactnow']],
    [
      'each account of ContactNow, also with addresses of its own',
      { one: contactnow(account), two: contactnow({ ...account, addresses: ['192.0.2.1'] }) },
      false,
      ['one', 'two'],
    ],
    ['nothing where ContactNow is called by another Sluice', others, false, []],
  ]
  test.each(rows)('%s', (_name, destinations, fixedEgress, warned) => {
    const warnings = startWarnings({ destinations: new Map(Object.entries(destinations)) }, { fixedEgress })
    expect(warnings.map(({ destination }) => destination)).toEqual(warned)
    for (const { code, detail, destination } of warnings) {
      expect(code).toBe('EGRESS_NOT_FIXED')
      expect(detail).toStartWith(`${destination} (contactnow) `)
    }
  })
})

test.each([
  [undefined, true, true],
  [undefined, false, false],
  ['', false, false],
  ['yes', false, true],
  ['no', true, false],
  ['true', true, null],
])('FIXED_EGRESS %p is, where the runtime says %p, %p', (setting, byDefault, expected) => {
  expect(readFixedEgress(setting, byDefault)).toBe(expected)
})
