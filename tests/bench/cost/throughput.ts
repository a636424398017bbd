import { checkDelivered, deliver, delivered, post, withStage } from './stage.ts'

/** Few enough to be listed at the end, and enough to last some seconds. */
const EVENTS = 1500
const CONNECTIONS = 32
const WARM_UP_EVENTS = 40

/** Measures how many events a second are accepted and delivered, when they come as fast as they are taken. */
export async function throughput(shards: number, workerPath: string): Promise<number> {
  return withStage({ workerPath, shards, upstreamMs: 0 }, async (stage) => {
    await deliver({ events: WARM_UP_EVENTS, perSecond: WARM_UP_EVENTS }, stage, 0)
    const startedAtMs = performance.now()
    let next = WARM_UP_EVENTS
    const connection = async () => {
      while (next < EVENTS) await post(stage.workerd.url, (next += 1))
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    await delivered(stage, EVENTS)
    const tookMs = performance.now() - startedAtMs
    await checkDelivered(stage.workerd, EVENTS)
    return ((EVENTS - WARM_UP_EVENTS) * 1000) / tookMs
  })
}
