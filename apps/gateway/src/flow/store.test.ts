import { describe, expect, test } from 'bun:test'
import { RequestError } from '../problem.ts'
import { createClaims } from './store.ts'

/** Claims whose patience ends when the test says so, and a first request that is being worked on. */
function workbench() {
  let endPatience = (): void => undefined
  const patience = new Promise<void>((resolve) => (endPatience = resolve))
  const claims = createClaims(() => patience)
  let end = (): void => undefined
  const first = new Promise<string>((resolve) => (end = () => resolve('first')))
  return { claims, first, end: () => end(), endPatience: () => endPatience() }
}

const codeOf = (work: Promise<unknown>) =>
  work.catch((error: unknown) => (error instanceof RequestError ? error.code : String(error)))

describe('a key that is being worked on', () => {
  test('lets a repeat wait for the first', async () => {
    const { claims, first, end } = workbench()
    const order: string[] = []
    const leading = claims.during('demo', 'k', async () => order.push(await first))
    const repeat = claims.during('demo', 'k', () => Promise.resolve(order.push('repeat')))
    expect(order).toEqual([])
    end()
    await Promise.all([leading, repeat])
    expect(order).toEqual(['first', 'repeat'])
  })

  test('refuses a repeat that has waited long enough', async () => {
    const { claims, first, end, endPatience } = workbench()
    const leading = claims.during('demo', 'k', () => first)
    const repeat = codeOf(claims.during('demo', 'k', () => Promise.resolve('never')))
    endPatience()
    expect(await repeat).toBe('IDEMPOTENCY_KEY_IN_PROGRESS')
    end()
    expect(await leading).toBe('first')
    expect(await claims.during('demo', 'k', () => Promise.resolve('later'))).toBe('later')
  })

  test('lets a repeat try where the first failed', async () => {
    const { claims } = workbench()
    const leading = claims.during('demo', 'k', () => Promise.reject(new Error('the disk is full')))
    const repeat = claims.during('demo', 'k', () => Promise.resolve('stored'))
    expect(await codeOf(leading)).toContain('full')
    expect(await repeat).toBe('stored')
  })

  test.each([
    ['another source', 'signup', 'k'],
    ['another key', 'demo', 'other'],
    ['no key', 'demo', null],
  ])('holds up no request of %s', async (_, source, key) => {
    const { claims, first, end } = workbench()
    const leading = claims.during('demo', 'k', () => first)
    expect(await claims.during(source, key, () => Promise.resolve('at once'))).toBe('at once')
    end()
    await leading
  })
})
