import { createUpstreamMocks, type UpstreamMocks } from '@sluice/upstream-mocks'
import { z } from 'zod'
import { seededRandom } from '../../chaos/random.ts'
import { countedUuids } from '../../world/ids.ts'
import { CANARY_ENVIRONMENT, CANARY_HEADER, CANARY_QUERY, CANARY_SETTINGS, type FoundSecrets } from '../canaries.ts'
import type { WiredOperation } from '../operations.ts'
import type { Lockstep } from './lockstep.ts'
import type { Stage } from './stage.ts'
import type { Upstream } from './upstream.ts'

const Delivery = z.object({
  state: z.string(),
  receipt: z.unknown(),
  reason: z.object({ code: z.string() }).nullable(),
  attempts: z.array(z.object({ outcome: z.string(), counted: z.boolean(), endedAt: z.string() })),
})
/** A delivery as the gateway shows it. */
export type SeenDelivery = z.infer<typeof Delivery>

const Accepted = z.object({ deliveries: z.array(z.object({ id: z.string() })) })

/** Where a delivery stays, unless an upstream has something left to say. */
const AT_END: ReadonlySet<string> = new Set(['delivered', 'dead', 'dropped', 'parked'])

/** What of an operation an event says. */
export type Posted = Pick<WiredOperation, 'destination' | 'operation' | 'marked'>

/** The gateway of one cell in the Worker, and its upstreams. */
export interface Scene {
  readonly name: string
  readonly upstream: Upstream
  readonly mocks: UpstreamMocks
  readonly lockstep: Lockstep
  /** Posts an event for an operation, with secrets where a sender may have some, and returns the delivery's id. */
  post(operation: Posted, payload: unknown): Promise<string>
  /** Reads a delivery. */
  read(id: string): Promise<SeenDelivery>
  /** Which secrets were read in answers, a sentence each. */
  told(): readonly string[]
  /** Waits until a delivery is at its end, or a time has come. `atRest` is called whenever only time can bring more. */
  untilEnd(id: string, untilMs: number, atRest?: (delivery: SeenDelivery) => Promise<void>): Promise<SeenDelivery>
  /** The same until something else is so. */
  until(
    id: string,
    isOver: (delivery: SeenDelivery) => boolean,
    untilMs: number,
    atRest?: (delivery: SeenDelivery) => Promise<void>,
  ): Promise<SeenDelivery>
  /** Gives a delivery up. */
  drop(id: string): Promise<void>
  /** Counts the effects of a mock's operation. */
  effects(operation: Pick<WiredOperation, 'upstream' | 'effectsOf'>): number
  /** Has whatever of the gateway a restart left asleep awake again. */
  awake(): Promise<void>
  /** Ends it. */
  leave(): Promise<void>
}

export interface SceneOptions {
  readonly stage: Stage
  readonly lockstep: Lockstep
  readonly upstream: Upstream
  /** Another one for each scene. */
  readonly number: number
  /** Told of every secret that comes to be. */
  readonly secrets: FoundSecrets
}

/** Sets the scene for a cell. */
export function setScene({ stage, lockstep, upstream, number, secrets }: SceneOptions): Scene {
  const { clock } = lockstep
  const name = `${upstream.port}-${number}`
  const owner = {}
  const told = new Set<string>()
  const mocks = createUpstreamMocks({
    nowMs: () => clock.nowMs,
    random: seededRandom(number),
    newId: countedUuids(),
    settings: CANARY_SETTINGS,
    schedule: (ms, work) => {
      lockstep.note()
      clock.at(clock.nowMs + ms, work, owner)
    },
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      const { method, headers } = request
      const body = await request.arrayBuffer()
      return lockstep.within(() => stage.request(name, `${pathname}${search}`, { method, headers, body }))
    },
  })
  upstream.host(mocks, (request, reply) => secrets.noteExchange(request, reply))
  const ask = (path: string, init: RequestInit = {}): Promise<string> =>
    lockstep.within(async () => {
      const headers = {
        authorization: `Bearer ${CANARY_ENVIRONMENT['SLUICE_ADMIN_TOKEN']}`,
        'content-type': 'application/json',
      }
      const response = await stage.request(name, path, { ...init, headers })
      const text = await response.text()
      if (!response.ok) throw new Error(`${name} ${path}: ${response.status} ${text}`)
      return text
    })
  const read = async (id: string): Promise<SeenDelivery> => {
    const text = await ask(`/v1/deliveries/${id}`)
    const secret = secrets.in(text)
    if (secret !== null) told.add(`an answer holds ${secret}`)
    return Delivery.parse(JSON.parse(text))
  }
  const until: Scene['until'] = async (id, isOver, untilMs, atRest = () => Promise.resolve()) => {
    let delivery: SeenDelivery | null = null
    for (;;) {
      const { touched, nextMs } = await lockstep.rest(name)
      if (touched || delivery === null) delivery = await read(id)
      if (isOver(delivery) || nextMs === null || nextMs > untilMs) return delivery
      await atRest(delivery)
    }
  }
  return {
    name,
    upstream,
    mocks,
    lockstep,
    read,
    told: () => [...told],
    post: ({ destination, operation, marked }, payload) =>
      lockstep.within(async () => {
        const response = await stage.request(name, `/webhooks/cell?${CANARY_QUERY}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${CANARY_ENVIRONMENT['SLUICE_INGEST_TOKEN']}`,
            'content-type': 'application/json',
            'x-internal': CANARY_HEADER,
          },
          body: JSON.stringify({ destination, operation, marked, payload }),
        })
        const text = await response.text()
        if (response.status !== 202) throw new Error(`${operation} was not accepted: ${response.status} ${text}`)
        const [delivery] = Accepted.parse(JSON.parse(text)).deliveries
        if (delivery === undefined) throw new Error(`${operation} became no delivery`)
        return delivery.id
      }),
    until,
    untilEnd: (id, untilMs, atRest) =>
      until(id, ({ state }) => AT_END.has(state) && !clock.waitsFor(owner), untilMs, atRest),
    drop: async (id) => {
      const body = JSON.stringify({ as: 'drop', why: 'the first one is watched alone' })
      await ask(`/v1/deliveries/${id}/resolve`, { method: 'POST', body })
    },
    effects: ({ upstream: of, effectsOf }) =>
      mocks.requests({ upstream: of, operation: effectsOf }).reduce((sum, { effect }) => sum + effect, 0),
    awake: async () => void (await ask('/v1/deliveries?limit=1')),
    async leave() {
      clock.cancelAll(owner)
      await lockstep.within(() => stage.forget(name))
    },
  }
}
