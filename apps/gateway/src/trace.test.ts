import { describe, expect, test } from 'bun:test'
import { continueTrace, keptTrace, resumeTrace, traceHeaders, traceparentOf } from './trace.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const SENT = `00-${TRACE}-${SPAN}-01`
/** Numbers that never repeat: each span is another. */
const counting = () => {
  let count = 0
  return () => (count += 1) / 2 ** 32
}

describe('a traceparent is gone on with', () => {
  const taken: readonly [name: string, header: string, flags: string][] = [
    ['the example of the specification', SENT, '01'],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, '00'],
    ['with the flag of level 2 that says the id is random', `00-${TRACE}-${SPAN}-03`, '03'],
    ['with flags that nobody knows: those are not passed on', `00-${TRACE}-${SPAN}-fd`, '01'],
    ['of a version to come', `cc-${TRACE}-${SPAN}-01`, '01'],
    ['of a version to come, with more at its end', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, '01'],
  ]
  test.each([...taken])('%s', (_name, header, flags) => {
    const trace = continueTrace(header, null, counting())
    expect(trace).toEqual({ traceId: TRACE, spanId: '0000000100000002', flags, state: '' })
    expect(traceparentOf(trace)).toBe(`00-${TRACE}-0000000100000002-${flags}`)
  })
})

describe('what is no traceparent begins a trace, as none does', () => {
  const refused: readonly [name: string, header: string | null][] = [
    ['none', null],
    ['empty', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more at its end', `${SENT}-extra`],
    ['version 00 with a dash at its end', `${SENT}-`],
    ['a version to come with more that no dash begins', `cc-${TRACE}-${SPAN}-01.extra`],
    ['upper case', SENT.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a trace id that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a span id that is too long', `00-${TRACE}-${SPAN}0-01`],
    ['flags of one digit', `00-${TRACE}-${SPAN}-1`],
    ['a digit that is none', `00-${TRACE.replace('a', 'g')}-${SPAN}-01`],
    ['underscores', SENT.replaceAll('-', '_')],
    ['a blank before it', ` ${SENT}`],
    ['a line break after it', `${SENT}\n`],
    ['two of them', `${SENT}, ${SENT}`],
    ['1 MB of it', SENT.repeat(20_000)],
  ]
  test.each([...refused])('%s', (_name, header) => {
    const trace = continueTrace(header, 'vendor=1', counting())
    expect(trace).toEqual({
      traceId: '00000003000000040000000500000006',
      spanId: '0000000100000002',
      flags: '02',
      // A `tracestate` without its `traceparent` means nothing.
      state: '',
    })
  })
})

describe('a tracestate', () => {
  const states: readonly [name: string, sent: string, kept: string][] = [
    ['of two systems', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['with blanks around its members', ' rojo=1 ,\tcongo=2 ', 'rojo=1,congo=2'],
    ['with empty members', 'rojo=1,,congo=2,', 'rojo=1,congo=2'],
    ['of a tenant', 'fw529a3039@dt=FfYZuE-1', 'fw529a3039@dt=FfYZuE-1'],
    ['with a blank inside a value', 'a=b c', 'a=b c'],
    ['of 32 members', members(32), members(32)],
    ['of 33 members', members(33), ''],
    ['of 512 characters', `${member(255)},${member(256, 'b')}`, `${member(255)},${member(256, 'b')}`],
    ['of 513 characters', `${member(256)},${member(256, 'b')}`, ''],
    ['with one key twice', 'a=1,b=2,a=3', ''],
    ['with a key in upper case', 'Rojo=1', ''],
    ['without a value', 'rojo', ''],
    ['with an equals sign inside a value', 'a=b=c', ''],
    ['with a line break', 'a=b\r\nx-evil: 1', ''],
    ['that is no ASCII', 'a=ä', ''],
    ['of 1 MB', 'a'.repeat(1_000_000), ''],
  ]
  test.each([...states])('%s', (_name, sent, kept) => {
    expect(continueTrace(SENT, sent, counting()).state).toBe(kept)
  })
})

test('ids are never all zeros, whatever the dice say', () => {
  const { traceId, spanId } = continueTrace(null, null, () => 0)
  expect([traceId, spanId]).toEqual(['00000000000000000000000000000001', '0000000000000001'])
  expect(continueTrace(traceparentOf(continueTrace(null, null, () => 0)), null, counting()).traceId).toBe(traceId)
})

test('a trace that was kept is resumed with a new span, and its state', () => {
  const trace = continueTrace(SENT, 'rojo=1,congo=a b', counting())
  expect(keptTrace(trace)).toBe(`00-${TRACE}-0000000100000002-01 rojo=1,congo=a b`)
  const resumed = resumeTrace(keptTrace(trace), () => 0.5)
  expect(resumed).toEqual({ ...trace, spanId: '8000000080000000' })
  expect(traceHeaders(resumed)).toEqual({
    traceparent: `00-${TRACE}-8000000080000000-01`,
    tracestate: 'rojo=1,congo=a b',
  })
  const without = continueTrace(SENT, null, counting())
  expect(traceHeaders(resumeTrace(keptTrace(without), () => 0.5))).toEqual({
    traceparent: `00-${TRACE}-8000000080000000-01`,
  })
})

function members(count: number): string {
  return Array.from({ length: count }, (_, at) => `k${at}=v`).join(',')
}

/** A member of so many characters. */
function member(length: number, key = 'a'): string {
  return `${key}=`.padEnd(length, 'v')
}
