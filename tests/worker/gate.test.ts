import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { allDelivered, readApi } from '../stories/running.ts'
import { eventually } from '../stories/eventually.ts'
import { ADMIN_TOKEN, postMany, setStage, type Stage } from './running-worker.ts'

const SLOW_MS = 60_000

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
}, SLOW_MS)
afterEach(() => stage.close())

const delivered = (url: string, count: number) =>
  eventually(`${count} delivered`, () => allDelivered(url, count, ADMIN_TOKEN), SLOW_MS)

const act = (url: string, action: 'pause' | 'resume') =>
  fetch(`${url}/v1/destinations/datatalks/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ why: 'their maintenance' }),
  })

describe('the gate of a destination that eight shards share', () => {
  test(
    'lets no more through in any second than its rate',
    async () => {
      const { url } = await stage.start({ RATE: '10' })
      await postMany(url, 40)
      await delivered(url, 40)
      const times = stage.upstream.arrivals.map(({ atMs }) => atMs).toSorted((left, right) => left - right)
      const gaps = times.slice(10).map((atMs, index) => atMs - (times[index] ?? 0))
      expect(times).toHaveLength(40)
      expect(Math.min(...gaps)).toBeGreaterThan(1000)
    },
    SLOW_MS,
  )

  test(
    'closes for all of them by the Retry-After of one',
    async () => {
      const { url } = await stage.start({ CONCURRENCY: '1' })
      stage.upstream.answerWith((_, index) =>
        index === 3 ? new Response(null, { status: 429, headers: { 'retry-after': '2' } }) : Response.json({}),
      )
      await postMany(url, 16)
      await delivered(url, 16)
      const [asked, next] = stage.upstream.arrivals.slice(3)
      expect((next?.atMs ?? 0) - (asked?.atMs ?? 0)).toBeGreaterThan(2000)
      expect(stage.upstream.arrivals).toHaveLength(17)
    },
    SLOW_MS,
  )

  test(
    'lets no more calls be under way than its concurrency',
    async () => {
      const { url } = await stage.start({ CONCURRENCY: '3' })
      let underWay = 0
      let most = 0
      stage.upstream.answerWith(async () => {
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise((resolve) => setTimeout(resolve, 20))
        underWay -= 1
        return Response.json({})
      })
      await postMany(url, 60)
      await delivered(url, 60)
      expect(most).toBe(3)
    },
    SLOW_MS,
  )

  test(
    'stays paused over a crash, and opens by an operator',
    async () => {
      const first = await stage.start()
      expect((await act(first.url, 'pause')).status).toBe(200)
      await postMany(first.url, 8)
      await first.kill()
      const second = await stage.start()
      await postMany(second.url, 8, 8)
      const { destinations } = await readApi<{ destinations: { gate: unknown; deliveries: unknown }[] }>(
        second.url,
        '/v1/destinations',
        ADMIN_TOKEN,
      )
      expect(destinations).toMatchObject([
        { gate: { state: 'closed', reason: 'paused', closedUntil: null }, deliveries: { pending: 16 } },
      ])
      expect(stage.upstream.arrivals).toEqual([])
      await act(second.url, 'resume')
      await delivered(second.url, 16)
    },
    SLOW_MS,
  )
})
