import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { allDelivered, listDeliveries, readApi } from '../stories/running.ts'
import { eventually } from '../stories/eventually.ts'
import { ADMIN_TOKEN, postMany, setStage, type Stage } from './running-worker.ts'
import { loseAlarms } from './storage.ts'

const SLOW_MS = 60_000
const EVENTS = 40

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
}, SLOW_MS)
afterEach(() => stage.close())

const delivered = (url: string, count: number) =>
  eventually(`${count} delivered`, () => allDelivered(url, count, ADMIN_TOKEN), SLOW_MS)

/** Lets every call hang, and resolves when `count` of them do. */
async function hang(count: number): Promise<void> {
  stage.upstream.answerWith(() => new Promise<never>(() => undefined))
  await eventually(`${count} calls under way`, () => stage.upstream.arrivals.length >= count || undefined, SLOW_MS)
}

/** Asks every call to wait; resolves when the gate is closed for it, and nothing is under way. From then on it answers. */
async function putOff(url: string, seconds: number): Promise<void> {
  stage.upstream.answerWith(askToWait(seconds))
  await postMany(url, EVENTS)
  await eventually('the gate is closed', async () => {
    const { destinations } = await readApi<{ destinations: { gate: { state: string }; inFlight: number }[] }>(
      url,
      '/v1/destinations',
      ADMIN_TOKEN,
    )
    return destinations.every(({ gate, inFlight }) => gate.state === 'closed' && inFlight === 0) || undefined
  })
  stage.upstream.answerWith(() => Response.json({}))
}

const askToWait = (seconds: number) => () =>
  new Response(null, { status: 429, headers: { 'retry-after': String(seconds) } })

describe('a crash of workerd', () => {
  test(
    'in the middle of calls loses nothing, and the calls are made again: they may be repeated',
    async () => {
      const first = await stage.start()
      stage.upstream.answerWith(() => new Promise<never>(() => undefined))
      const accepted = await postMany(first.url, EVENTS)
      await hang(10)
      await first.kill()
      stage.upstream.answerWith(() => Response.json({}))
      const second = await stage.start()
      // Nothing but the alarms wakes the shards.
      await eventually(
        'all arrived',
        () => new Set(stage.upstream.arrivals.map(({ body }) => body.data.number)).size === EVENTS || undefined,
        SLOW_MS,
      )
      await delivered(second.url, EVENTS)
      const known = new Set((await listDeliveries(second.url, '', ADMIN_TOKEN)).map(({ eventId }) => eventId))
      expect(accepted.filter(({ eventId }) => !known.has(eventId))).toEqual([])
    },
    SLOW_MS,
  )

  test(
    'keeps what an upstream asked for, and the alarm',
    async () => {
      const first = await stage.start()
      await putOff(first.url, 3)
      const told = stage.upstream.arrivals.at(-1)
      await first.kill()
      const before = stage.upstream.arrivals.length
      const second = await stage.start()
      await delivered(second.url, EVENTS)
      expect((stage.upstream.arrivals[before]?.atMs ?? 0) - (told?.atMs ?? 0)).toBeGreaterThan(3000)
    },
    SLOW_MS,
  )

  test(
    'that takes the alarms with it is mended by the cron trigger',
    async () => {
      const first = await stage.start()
      await putOff(first.url, 1)
      await first.kill()
      expect(loseAlarms(stage.storagePath)).toBeGreaterThan(0)
      const second = await stage.start()
      await second.runScheduled()
      await delivered(second.url, EVENTS)
    },
    SLOW_MS,
  )
})
