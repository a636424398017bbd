import { afterEach, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { loadConfig } from '@sluice/gateway/bun'
import { contactOf } from '../stories/running.ts'
import { createWorld, type World, WORLD_START_MS } from './world.ts'

const config = await loadConfig(resolve(import.meta.dir, '../../sluice.config.ts'))

describe('a world', () => {
  let world: World
  afterEach(() => world.stop())

  const stateOf = async (destination: string) =>
    (await world.deliveries()).find((delivery) => delivery.destination === destination)

  test('delivers what was posted, without a step of the clock', async () => {
    world = await createWorld({ config })
    const response = await world.post('demo', contactOf(1))
    expect(response.status).toBe(202)
    expect(await world.counts()).toMatchObject({ delivered: 3, pending: 0, leased: 0 })
    expect([world.effects('danaconnect'), world.effects('contactnow'), world.effects('datatalks')]).toEqual([1, 1, 1])
    expect(world.steps()).toBe(0)
    expect(await world.runUntilIdle()).toEqual({ steps: 0, idle: true })
  })

  test('comes to the time-outs of the real client by its own clock', async () => {
    world = await createWorld({ config })
    world.fault({ upstream: 'danaconnect', fault: 'timeout-after', times: 1 })
    await world.post('demo', contactOf(1))
    expect(await stateOf('danaconnect')).toMatchObject({ state: 'leased' })
    expect(await world.runUntilIdle()).toEqual({ steps: 1, idle: true })
    expect(world.nowMs()).toBe(WORLD_START_MS + 30_000)
    expect(await stateOf('danaconnect')).toMatchObject({ state: 'parked', reason: { code: 'HEADERS_TIMEOUT' } })
    expect(world.effects('danaconnect')).toBe(1)
  })

  test('retries on the schedule: three days pass in a moment', async () => {
    world = await createWorld({ config })
    world.fault({ upstream: 'datatalks', fault: 'reset', times: 1_000_000 })
    await world.post('demo', contactOf(1))
    await world.runUntilIdle()
    expect(await stateOf('datatalks')).toMatchObject({ state: 'dead', countedAttempts: 10 })
    expect(world.nowMs() - WORLD_START_MS).toBeGreaterThan(60 * 3_600_000)
  })

  test('stops at the time that was set, before what comes later', async () => {
    world = await createWorld({ config })
    world.fault({ upstream: 'datatalks', fault: 'reset', times: 1_000_000 })
    await world.post('demo', contactOf(1))
    expect(await world.runUntilIdle({ untilMs: world.nowMs() + 60_000 })).toEqual({ steps: 1, idle: false })
    await world.advanceTo(WORLD_START_MS + 60_000)
    expect(world.nowMs()).toBe(WORLD_START_MS + 60_000)
    expect(await stateOf('datatalks')).toMatchObject({ state: 'pending', countedAttempts: 2 })
  })

  test('a killed process records nothing more, and the next one finds what it left', async () => {
    world = await createWorld({ config })
    world.fault({ upstream: 'contactnow', fault: 'timeout', times: 1, operation: 'token.get' })
    await world.post('demo', contactOf(1))
    world.kill()
    expect(world.nextAlarmMs()).toBeNull()
    expect(await stateOf('contactnow')).toMatchObject({ state: 'leased' })
    await world.restart()
    expect((await stateOf('contactnow'))?.state).not.toBe('leased')
    expect(await stateOf('datatalks')).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  test('two worlds at once keep their own time', async () => {
    world = await createWorld({ config })
    const other = await createWorld({ config })
    for (const one of [world, other]) one.fault({ upstream: 'datatalks', fault: 'timeout', times: 1 })
    await Promise.all([world.post('demo', contactOf(1)), other.post('demo', contactOf(2))])
    await other.runUntilIdle()
    expect(world.nowMs()).toBe(WORLD_START_MS)
    expect(await other.counts()).toMatchObject({ delivered: 3 })
    expect(await world.counts()).toMatchObject({ delivered: 2, leased: 1 })
    other.stop()
  })
})
