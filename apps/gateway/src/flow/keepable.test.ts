import { describe, expect, test } from 'bun:test'
import type { Step } from '../store/port.ts'
import { keepableReceipt, keepableSteps } from './keepable.ts'

const ROW_BYTES = 2_000_000
/** As large as an exchange is ever described, of a character that JSON writes in six bytes. */
const LARGEST = '\u0001'.repeat(65_536)

function step(text: string, headers: Readonly<Record<string, string>> = {}): Step {
  const request = { method: 'POST', url: 'https://alpha.test/', headers, body: text, bodyBytes: text.length }
  const reply = { status: 500, headers, body: text, bodyBytes: text.length }
  return { purpose: 'delivery', request, reply, startedAtMs: 0, endedAtMs: 1 }
}
const sizeOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).byteLength

describe('the steps of an attempt', () => {
  test('are kept whole where they are of a usual size', () => {
    const steps = [step('x'.repeat(40_000)), step('')]
    expect(keepableSteps(steps)).toBe(steps)
  })

  test('fit into a row however large the replies are, and still say how large that was', () => {
    const kept = keepableSteps([1, 2, 3, 4, 5].map(() => step(LARGEST)))
    expect(sizeOf(kept)).toBeLessThan(ROW_BYTES)
    expect(kept.map(({ reply }) => [reply?.status, reply?.body.length, reply?.bodyBytes])).toEqual(
      Array.from({ length: 5 }, () => [500, 2000, 65_536]),
    )
  })

  test('fit into a row however large the headers are', () => {
    const headers = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, LARGEST]))
    const kept = keepableSteps([step('', headers), step('', headers)])
    expect(sizeOf(kept)).toBeLessThan(ROW_BYTES)
    expect(kept[0]?.reply?.headers['x-0']).toHaveLength(2000)
  })
})

describe('a receipt', () => {
  test.each([[null], [{ key: '104' }], [{ info: 'x'.repeat(3900) }]])('is kept: %j', (receipt) => {
    expect(keepableReceipt(receipt)).toBe(receipt)
  })

  test('that is too large says that it is left out', () => {
    expect(keepableReceipt({ info: 'x'.repeat(4000) })).toEqual({ omitted: 'larger than 4000 characters' })
  })
})
