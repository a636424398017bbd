import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { allDelivered, listDeliveries, readApi } from '../stories/running.ts'
import { eventually } from '../stories/eventually.ts'
import { type Accepted, ADMIN_TOKEN, post, postMany, setStage, type Stage } from './running-worker.ts'

const SLOW_MS = 60_000

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
}, SLOW_MS)
afterEach(() => stage.close())

const delivered = (url: string, count: number) =>
  eventually(`${count} delivered`, () => allDelivered(url, count, ADMIN_TOKEN), SLOW_MS)

const OPERATOR = { authorization: `Bearer ${ADMIN_TOKEN}` }

/** The three digits of an id that tell its shard. */
const shardOf = (id: string) => id.slice(14, 17)

const contact = (number: number) => ({ email: `contact-${number}@example.com`, number })

async function accepted(reply: Promise<Response>): Promise<Accepted> {
  const { status, body } = await reply.then(async (answer) => ({ status: answer.status, body: await answer.json() }))
  expect(status).toBe(202)
  return body as Accepted
}

describe('several shards', () => {
  test(
    'are one list, the newest first, whatever the pages',
    async () => {
      const { url } = await stage.start()
      const made = (await postMany(url, 50)).flatMap(({ deliveries }) => deliveries.map(({ id }) => id))
      await delivered(url, 50)
      const pages: string[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const from: string = cursor === '' ? '' : `&cursor=${cursor}`
        const page: { deliveries: { id: string }[]; nextCursor: string | null } = await readApi(
          url,
          `/v1/deliveries?limit=7${from}`,
          ADMIN_TOKEN,
        )
        pages.push(...page.deliveries.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(new Set(made.map(shardOf)).size).toBeGreaterThan(4)
      expect(pages).toEqual(made.toSorted().toReversed())
    },
    SLOW_MS,
  )

  test(
    'keep the order of a contact, over a retry',
    async () => {
      const { url } = await stage.start()
      stage.upstream.answerWith((_, index) => (index === 0 ? new Response(null, { status: 503 }) : Response.json({})))
      for (let number = 0; number < 5; number += 1) {
        await accepted(post(url, { email: 'ada@example.com', number }, {}, 'contacts'))
      }
      await delivered(url, 5)
      expect(stage.upstream.arrivals.map(({ body }) => body.data.number)).toEqual([0, 0, 1, 2, 3, 4])
    },
    SLOW_MS,
  )

  test(
    'answer for an event and for its repeats, and refuse another body',
    async () => {
      const { url } = await stage.start()
      const [first] = await postMany(url, 1)
      expect(await postMany(url, 1)).toEqual([first as Accepted])
      expect((await post(url, contact(99), { 'idempotency-key': 'key-0' })).status).toBe(422)
      expect(await readApi(url, `/v1/events/${first?.eventId}`, ADMIN_TOKEN)).toMatchObject({ id: first?.eventId })
    },
    SLOW_MS,
  )
})

describe('more shards than before', () => {
  test(
    'leave known keys, and what waits for its turn, where they were',
    async () => {
      const before = await stage.start({ SHARDS: '1' })
      const old = await postMany(before.url, 12)
      await delivered(before.url, 12)
      stage.upstream.answerWith(() => new Response(null, { status: 503 }))
      const waiting = await accepted(post(before.url, { email: 'ada@example.com', number: 100 }, {}, 'contacts'))
      await eventually('a first try', () => stage.upstream.arrivals.length > 12 || undefined)
      await before.kill()

      const { url } = await stage.start({ SHARDS: '1,8' })
      expect(await postMany(url, 12)).toEqual(old)
      const behind = await accepted(post(url, { email: 'ada@example.com', number: 101 }, {}, 'contacts'))
      expect([waiting, behind].map(({ eventId }) => shardOf(eventId))).toEqual(['000', '000'])
      const other = await accepted(post(url, { email: 'bea@example.com', number: 200 }, {}, 'contacts'))
      expect(shardOf(other.eventId)).toStartWith('1')
      const fresh = await postMany(url, 12, 12)
      expect(fresh.map(({ eventId }) => shardOf(eventId)[0])).toEqual(Array.from({ length: 12 }, () => '1'))

      stage.upstream.answerWith(() => Response.json({}))
      await delivered(url, 12 + 12 + 3)
      const ada = stage.upstream.arrivals
        .map(({ body }) => body.data.number)
        .filter((number) => number >= 100 && number < 200)
      expect(ada.indexOf(101)).toBe(ada.length - 1)
      const after = await accepted(post(url, { email: 'ada@example.com', number: 102 }, {}, 'contacts'))
      expect(shardOf(after.eventId)).toStartWith('1')
      const listed = await listDeliveries(url, '', ADMIN_TOKEN)
      expect(listed.map(({ id }) => id)).toEqual(
        listed
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      )
    },
    SLOW_MS,
  )
})

describe('shards that were used', () => {
  test(
    'are missed when SHARDS does not name them any more: nothing is taken until it does',
    async () => {
      const first = await stage.start({ SHARDS: '2' })
      await postMany(first.url, 1)
      await first.kill()
      const grown = await stage.start({ SHARDS: '2,8' })
      await postMany(grown.url, 10, 1)
      await delivered(grown.url, 11)
      await grown.kill()

      const detail =
        'SHARDS is "8" and was "2,8" before: what some shards keep would not be found. Set it to "2,8", with any other number behind it.'
      const shortened = await stage.start({ SHARDS: '8' })
      const refused = await post(shortened.url, contact(11))
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await refused.json()).toMatchObject({ code: 'NOT_CONFIGURED' })
      const ready = await fetch(`${shortened.url}/readyz`)
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'unavailable', checks: [{ name: 'configuration', ok: false, detail }], warnings: [] },
      ])
      expect((await fetch(`${shortened.url}/v1/events`, { headers: OPERATOR })).status).toBe(503)
      await eventually('it is told in the log', () => shortened.output().includes('shards are missing') || undefined)
      await shortened.kill()

      const mended = await stage.start({ SHARDS: '2,8' })
      await postMany(mended.url, 1, 11)
      await delivered(mended.url, 12)
    },
    SLOW_MS,
  )
})

describe('a Worker', () => {
  test(
    'that lacks secrets names all of them and takes nothing until then',
    async () => {
      const { url } = await stage.start({
        SLUICE_ADMIN_TOKEN: undefined,
        DATATALKS_SECRET_ACCESS_KEY: undefined,
        SHARDS: '0',
      })
      const ready = await fetch(`${url}/readyz`)
      expect(ready.status).toBe(503)
      const { checks } = (await ready.json()) as { checks: { detail: string }[] }
      expect(checks.map(({ detail }) => detail)).toEqual([
        'SHARDS must be a number, or several with commas, the newest last, of 1 to 300 in all',
        'DATATALKS_SECRET_ACCESS_KEY is not set',
        'SLUICE_ADMIN_TOKEN is not set',
      ])
      const refused = await post(url, contact(1))
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await refused.json()).toMatchObject({ code: 'NOT_CONFIGURED' })
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
    },
    SLOW_MS,
  )

  test(
    'keeps more calls under way in one shard than one invocation may make',
    async () => {
      const { url } = await stage.start({ SHARDS: '1', CONCURRENCY: '100' })
      const all = Promise.withResolvers<Response>()
      stage.upstream.answerWith(async (_, index) => {
        if (index === 99) all.resolve(Response.json({}))
        return (await all.promise).clone()
      })
      await postMany(url, 100)
      await delivered(url, 100)
      expect(stage.upstream.arrivals).toHaveLength(100)
    },
    SLOW_MS,
  )
})
