import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SANDBOX_KEYS, type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { UPSTREAM_NAMES, type UpstreamName } from '@sluice/upstream-mocks'
import { z } from 'zod'
import { startChild, type ToldChild } from '../chaos/child.ts'
import { eventually } from '../stories/eventually.ts'
import { mountSmallDisk } from './small-disk.ts'

const SLOW_MS = 60_000
const DEADLINE_MS = 20_000
/** Long enough to fill the disk while the upstreams have done their work and not answered. */
const LATE_MS = 1000
/** What a page that is nearly full may still take; a database that took so many was not full. */
const MOST_POSTS = 200

const StoredEvent = z.object({
  deliveries: z.array(z.object({ state: z.string(), attempts: z.array(z.object({ outcome: z.string() })) })),
})
const Acceptance = z.object({ eventId: z.string() })
const Readiness = z.object({
  status: z.string(),
  checks: z.array(z.object({ ok: z.boolean(), detail: z.string().optional() })),
})
const Problem = z.object({ status: z.number(), code: z.string() })

/** A disk that can be full, and the gateway that has its data there. */
interface Place {
  readonly gateway: ToldChild
  /** Whether it is the disk that has no room; else a file may not grow, and what needs no room in it is still written. */
  readonly isWholeDisk: boolean
  readonly fill: () => Promise<void>
  readonly free: () => Promise<void>
  remove(): Promise<void>
}

function onFileSystem(sandboxUrl: string): Place | null {
  const disk = mountSmallDisk()
  if (disk === null) return null
  const gateway = startChild('../store/disk-full-process.ts', disk.path, sandboxUrl)
  return {
    gateway,
    isWholeDisk: true,
    fill: async () => disk.fill(),
    free: async () => disk.free(),
    async remove() {
      gateway.kill()
      await gateway.ended
      disk.remove()
    },
  }
}

function onLimitedFile(sandboxUrl: string): Place {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pages-'))
  const gateway = startChild('../store/disk-full-process.ts', folder, sandboxUrl, 'pages')
  const tell = async (word: 'full' | 'free') => {
    gateway.tell(word)
    await eventually(`the gateway heard ${word}`, () => gateway.output.at(-1) === word || undefined, DEADLINE_MS)
  }
  return {
    gateway,
    isWholeDisk: false,
    fill: () => tell('full'),
    free: () => tell('free'),
    async remove() {
      gateway.kill()
      await gateway.ended
      rmSync(folder, { recursive: true })
    },
  }
}

describe('a full disk', () => {
  let sandbox: Sandbox
  let place: Place | null = null
  afterEach(async () => {
    await place?.remove()
    place = null
    sandbox.stop()
  })

  test(
    'of a small file system: what was accepted is delivered, nothing is sent twice, and it goes on when there is room again',
    async () => {
      sandbox = await startSandbox(0)
      const mounted = onFileSystem(sandbox.url)
      const what = mounted === null ? 'no file system could be mounted: a file that may not grow' : 'a tmpfs of 8 MB'
      process.stderr.write(`disk full: shown on ${what}\n`)
      place = mounted ?? onLimitedFile(sandbox.url)
      await tellStory(sandbox, place)
    },
    SLOW_MS,
  )

  test(
    'of a file that may not grow: nothing is lost, nothing is sent twice, and it goes on when it may',
    async () => {
      sandbox = await startSandbox(0)
      place = onLimitedFile(sandbox.url)
      await tellStory(sandbox, place)
    },
    SLOW_MS,
  )
})

async function tellStory(sandbox: Sandbox, { gateway, isWholeDisk, fill, free }: Place): Promise<void> {
  const url = await gateway.url
  if (url === null) throw new Error(`the gateway did not start: ${gateway.errors.join('\n')}`)
  const first = await accepted(await post(url, 1))
  await eventually('the first event is delivered', () => isDelivered(url, first), DEADLINE_MS)

  // The upstreams have done their work and not answered when the disk is full.
  for (const upstream of UPSTREAM_NAMES) {
    sandbox.mocks.setFault({ upstream, fault: 'late-200', times: 1, delayMs: LATE_MS })
  }
  const second = await accepted(await post(url, 2))
  await eventually(
    'the upstreams have the second event',
    () => UPSTREAM_NAMES.every((name) => holds(sandbox, name, 2)) || undefined,
    DEADLINE_MS,
  )
  await fill()

  const kept = [first, second]
  let refused: Response | null = null
  let number = 2
  while (refused === null && number < MOST_POSTS) {
    number += 1
    const response = await post(url, number)
    if (response.status === 202) kept.push(await accepted(response))
    else refused = response
  }
  expect(refused?.status).toBe(503)
  expect(Problem.parse(await refused?.json())).toEqual({ status: 503, code: 'STORE_FULL' })
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  const readiness = await fetch(`${url}/readyz`)
  expect(readiness.status).toBe(isWholeDisk ? 503 : 200)
  const { checks } = Readiness.parse(await readiness.json())
  expect(checks).toEqual([isWholeDisk ? { ok: false, detail: 'store: the disk is full' } : { ok: true }])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  for (const id of kept) expect((await readEvent(url, id)).deliveries).toHaveLength(3)

  if (isWholeDisk) {
    // Room was kept for this: what was accepted is delivered while nothing new is.
    for (const id of kept) await eventually('what was accepted is delivered', () => isDelivered(url, id), DEADLINE_MS)
    expect((await post(url, number)).status).toBe(503)
  } else {
    // A file that may not grow has no use for room beside it: what came of the second event waits.
    await eventually(
      'the results of the second event came',
      async () => gateway.errors.some(isRecordRefused) || isDelivered(url, second),
      DEADLINE_MS,
    )
  }
  await free()

  await eventually('it is ready again', async () => (await fetch(`${url}/readyz`)).ok || undefined, DEADLINE_MS)
  kept.push(await accepted(await post(url, number)))
  for (const id of kept) await eventually('every event is delivered', () => isDelivered(url, id), DEADLINE_MS)
  for (const { attempts } of (await readEvent(url, second)).deliveries) expect(attempts).toHaveLength(1)
  for (const upstream of UPSTREAM_NAMES) {
    for (let event = 1; event <= number; event += 1) expect(effectsOf(sandbox, upstream, event)).toBe(1)
  }
}

const holds = ({ mocks }: Sandbox, upstream: UpstreamName, event: number): boolean =>
  JSON.stringify(mocks.state()[upstream]).includes(emailOf(event))

const isRecordRefused = (line: string): boolean => line.includes('record failed') && line.includes('STORE_FULL')

/** Posts an event that takes more than a page. */
function post(url: string, event: number): Promise<Response> {
  return fetch(`${url}/webhooks/demo`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`,
      'content-type': 'application/json',
      'idempotency-key': `full-${event}`,
    },
    body: JSON.stringify({
      email: emailOf(event),
      phone: '+46700000001',
      firstName: 'Ada',
      lastName: `Number ${event}`,
      tags: Array.from({ length: 50 }, (_, index) => String(index).padEnd(100, 'x')),
    }),
  })
}

async function accepted(response: Response): Promise<string> {
  expect(response.status).toBe(202)
  return Acceptance.parse(await response.json()).eventId
}

async function readEvent(url: string, id: string): Promise<z.infer<typeof StoredEvent>> {
  const headers = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
  const response = await fetch(`${url}/v1/events/${id}`, { headers })
  return StoredEvent.parse(await response.json())
}

async function isDelivered(url: string, id: string): Promise<true | undefined> {
  const { deliveries } = await readEvent(url, id)
  return deliveries.every(({ state }) => state === 'delivered') || undefined
}

const emailOf = (event: number): string => `full-${event}@disk.example`

function effectsOf({ mocks }: Sandbox, upstream: UpstreamName, event: number): number {
  return mocks
    .requests({ upstream })
    .filter(({ query, body }) => isAbout(`${query} ${body}`, event))
    .reduce((sum, { effect }) => sum + effect, 0)
}

function isAbout(text: string, event: number): boolean {
  return text
    .replaceAll('%40', '@')
    .replaceAll('%22', '"')
    .includes(`"${emailOf(event)}"`)
}
