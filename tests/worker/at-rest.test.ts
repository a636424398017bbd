import { afterAll, beforeAll, expect, test } from 'bun:test'
import { bundleCountingWorker } from '../bench/cost/measure.ts'
import { countsOf, deliver, DELIVERIES, post, withStage } from '../bench/cost/stage.ts'
import { eventually } from '../stories/eventually.ts'
import { readApi, temporaryFolder } from '../stories/running.ts'

const SLOW_MS = 60_000
const EVENTS = 10

const folder = temporaryFolder()
let workerPath: string
beforeAll(async () => {
  workerPath = await bundleCountingWorker(folder.path)
}, SLOW_MS)
afterAll(() => folder.remove())

test(
  'an object that has delivered all has no timer, and neither has one that waits for its next attempt',
  async () => {
    await withStage({ workerPath, shards: 2, upstreamMs: 0 }, async (stage) => {
      await deliver({ events: EVENTS, perSecond: null }, stage, 0)
      const rest = await countsOf(stage.workerd)
      expect(rest).toMatchObject({ workerRequests: EVENTS, activeObjects: 0, timers: 0 })
      expect(rest.timersStarted).toBeGreaterThan(0)
      expect(rest.alarms).toBeGreaterThanOrEqual(EVENTS)

      stage.upstreams.mocks.setFault({ upstream: 'datatalks', fault: 'status-500', times: 1 })
      await post(stage.workerd.url, EVENTS)
      const taken = (EVENTS + 1) * DELIVERIES - 1
      const waiting = await eventually('one waits for its next attempt', async () => {
        const counts = await countsOf(stage.workerd)
        const isFailed = stage.upstreams.mocks.activeFaults().length === 0
        return isFailed && stage.upstreams.taken() === taken && counts.activeObjects === 0 ? counts : undefined
      })
      expect(waiting.timers).toBe(0)
    })
  },
  SLOW_MS,
)

test(
  'a search that came to everything wakes no shard',
  async () => {
    await withStage({ workerPath, shards: 2, upstreamMs: 0 }, async (stage) => {
      await deliver({ events: EVENTS, perSecond: null }, stage, 0)
      const search = async () => {
        const { searched } = await readApi<{ searched: object }>(stage.workerd.url, '/v1/deliveries?search=ada&limit=5')
        expect(searched).toEqual({ since: null, until: null })
        return countsOf(stage.workerd)
      }
      const { alarms } = await countsOf(stage.workerd)
      const indexed = await search()
      for (let page = 0; page < 5; page += 1) await search()
      const rest = await eventually('the objects are idle', async () => {
        const counts = await countsOf(stage.workerd)
        return counts.activeObjects === 0 ? counts : undefined
      })
      expect([rest.alarms, rest.rowsWritten]).toEqual([alarms, indexed.rowsWritten])
    })
  },
  SLOW_MS,
)
