import { describe, expect, test } from 'bun:test'
import { createRemoteTokens } from './remote-tokens.ts'
import { createTokenKeeper } from './token-keeper.ts'

function workbench() {
  const clock = { nowMs: 0 }
  const sleeping: (() => void)[] = []
  const keeper = createTokenKeeper(
    () => clock.nowMs,
    () => new Promise((resolve) => sleeping.push(resolve)),
  )
  const remote = {
    token: () => keeper.offer(),
    keepToken: async (issued: Parameters<typeof keeper.keep>[0]) => keeper.keep(issued),
    refuseToken: async (token: string) => keeper.refuse(token),
  }
  const tokens = () =>
    createRemoteTokens(
      () => remote,
      () => undefined,
    )
  const wakeUp = () => sleeping.splice(0).forEach((wake) => wake())
  return { clock, keeper, tokens, wakeUp }
}

const HOUR_MS = 3_600_000
const issue = (token: string, expiresAtMs = HOUR_MS) => ({ token, expiresAtMs })

describe('a token that several share', () => {
  test('is fetched by one of them, and the others wait for it', async () => {
    const { tokens } = workbench()
    let fetches = 0
    const fetchToken = async () => issue(`token-${(fetches += 1)}`)
    const shards = Array.from({ length: 8 }, tokens)
    expect(await Promise.all(shards.map((shard) => shard.get(fetchToken)))).toEqual(
      Array.from({ length: 8 }, () => 'token-1'),
    )
  })

  test('is fetched by the next one where the first failed, and each is told of its own failure only', async () => {
    const { tokens } = workbench()
    const failing = tokens().get(() => Promise.reject(new Error('issuer down')))
    const next = tokens().get(async () => issue('second'))
    expect(await failing.catch(String)).toBe('Error: issuer down')
    expect(await next).toBe('second')
  })

  test('is fetched by another where nothing was heard of the first', async () => {
    const { clock, keeper, wakeUp } = workbench()
    expect(await keeper.offer()).toEqual({ token: null })
    const next = keeper.offer()
    clock.nowMs = 40_000
    wakeUp()
    expect(await next).toEqual({ token: null })
  })

  test('is fetched anew after it was refused', async () => {
    const { tokens } = workbench()
    const shard = tokens()
    expect(await shard.get(async () => issue('first'))).toBe('first')
    shard.refuse('first')
    expect(await shard.get(async () => issue('second'))).toBe('second')
    shard.refuse('first')
    expect(await tokens().get(async () => issue('third'))).toBe('second')
  })

  test.each([
    ['is renewed a minute before its end', HOUR_MS, HOUR_MS - 60_000],
    ['that has less left is used to its end', 30_000, 30_000],
  ])('%s', async (_, expiresAtMs, renewedAtMs) => {
    const { clock, tokens } = workbench()
    await tokens().get(async () => issue('first', expiresAtMs))
    clock.nowMs = renewedAtMs - 1
    expect(await tokens().get(async () => issue('second'))).toBe('first')
    clock.nowMs = renewedAtMs
    expect(await tokens().get(async () => issue('second', 2 * HOUR_MS))).toBe('second')
  })
})
