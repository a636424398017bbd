import { afterEach, beforeEach, expect, test } from 'bun:test'
import { eventually } from '../stories/eventually.ts'
import { listDeliveries } from '../stories/running.ts'
import { ADMIN_TOKEN, postMany, setStage, type Stage } from './running-worker.ts'

const SLOW_MS = 60_000
const EVENTS = 16
const RATE = 4

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
}, SLOW_MS)
afterEach(() => stage.close())

test(
  'a job keeps its rate over all shards together, and ends about when it says',
  async () => {
    const { url } = await stage.start()
    stage.upstream.answerWith(() => Response.json({ message: 'no' }, { status: 400 }))
    await postMany(url, EVENTS)
    const dead = await eventually(
      'all are dead',
      async () => {
        const all = await listDeliveries(url, '&state=dead', ADMIN_TOKEN)
        return all.length === EVENTS ? all : undefined
      },
      SLOW_MS,
    )
    expect(new Set(dead.map(({ id }) => id.slice(14, 17))).size).toBeGreaterThan(3)
    stage.upstream.answerWith(() => Response.json({}))
    const before = stage.upstream.arrivals.length
    const begun = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'resend', filter: { state: 'dead' }, ratePerSecond: RATE, why: 'a test' }),
    })
    expect(begun.status).toBe(202)
    const { createdAt, estimatedEndAt } = (await begun.json()) as { createdAt: string; estimatedEndAt: string }
    expect(Date.parse(estimatedEndAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual((1000 * (EVENTS - 1)) / RATE)
    const arrivals = await eventually(
      'all are sent',
      () => {
        const sent = stage.upstream.arrivals.slice(before)
        return sent.length === EVENTS ? sent : undefined
      },
      SLOW_MS,
    )
    const inSecond = arrivals.map(
      ({ atMs: from }) => arrivals.filter(({ atMs }) => atMs >= from && atMs < from + 1000).length,
    )
    // What is decided in time may arrive a little later, and the next one does not wait for it.
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(RATE + 1)
  },
  SLOW_MS,
)
