import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { eventually } from '../stories/eventually.ts'
import { same } from './same.ts'

/** Generous: a machine that is busy with other work is no failure. */
const DEADLINE_MS = 30_000

/** The keys that the stories' configuration knows. */
export const KEYS = {
  ingest: SANDBOX_KEYS.SLUICE_INGEST_TOKEN,
  admin: SANDBOX_KEYS.SLUICE_ADMIN_TOKEN,
  reader: 'sandbox-reader',
  signing: SANDBOX_KEYS.SIGNUP_WEBHOOK_SECRET,
} as const

/** A reply, read to its end. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What a webhook is answered with 202. */
export interface Acceptance {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string; readonly destination: string; readonly operation: string }[]
}

/** An attempt as the API shows it, as far as the stories look at it. */
export interface ShownAttempt {
  readonly outcome: string
  readonly code: string | null
  readonly detail: string | null
  readonly counted: boolean
  readonly startedAt: string
  readonly endedAt: string
  readonly steps: readonly { readonly purpose: string }[]
}

/** A gate as the API shows it. */
export interface ShownGate {
  readonly state: string
  readonly reason: string | null
  readonly closedUntil: string | null
  readonly decision: { readonly as: string; readonly at: string; readonly by: string; readonly why: string } | null
}

/** A delivery as the API shows it, as far as the stories look at it. */
export interface ShownDelivery {
  readonly id: string
  readonly eventId: string
  readonly destination: string
  readonly operation: string
  readonly state: string
  readonly payload: unknown
  readonly dueAt: string | null
  readonly waitsFor?: string | null
  readonly gate: ShownGate | null
  readonly attemptCount: number
  readonly countedAttemptCount: number
  readonly reason: { readonly code: string; readonly detail?: string | null } | null
  readonly receipt: Readonly<Record<string, unknown>> | null
  readonly attempts: readonly ShownAttempt[]
  readonly resolutions: readonly { readonly as: string; readonly by: string; readonly why: string }[]
}

/** An event as the API shows it, as far as the stories look at it. */
export interface ShownEvent {
  readonly id: string
  readonly idempotencyKey: string | null
  readonly contentType: string
  readonly body: string
  readonly deliveries: readonly ShownDelivery[]
}

/** A gateway, as whoever speaks HTTP sees it. */
export type GatewayClient = ReturnType<typeof createGatewayClient>

/** Makes a client of the gateway at an address. */
export function createGatewayClient(url: string) {
  const send = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`, init)
    return { status: reply.status, headers: reply.headers, text: await reply.text() }
  }

  /** Posts to a source as its sender does; what is not text is sent as JSON. */
  const post = (source: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    send(`/webhooks/${source}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.ingest}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  const accepted = async (source: string, body: unknown, headers?: Readonly<Record<string, string>>) => {
    const reply = await post(source, body, headers)
    same(reply.status, 202, reply.text)
    return JSON.parse(reply.text) as Acceptance
  }

  /** Calls the API, and expects that it answers with 200 or 202. */
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const reply = await ask(method, path, body)
    same([reply.status === 200 || reply.status === 202, reply.status], [true, reply.status], reply.text)
    return JSON.parse(reply.text) as Body
  }

  const ask = (
    method: string,
    path: string,
    body?: unknown,
    key: string = KEYS.admin,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> =>
    send(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  const delivery = (id: string) => call<ShownDelivery>('GET', `/v1/deliveries/${id}`)

  return {
    url,
    send,
    post,
    accepted,
    /** Calls the API, and returns whatever it answers. */
    ask,
    call,
    delivery,
    event: (id: string) => call<ShownEvent>('GET', `/v1/events/${id}`),
    /** Posts an event that leads to one delivery, and returns its id. */
    async posted(source: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<string> {
      const { deliveries } = await accepted(source, body, headers)
      same(deliveries.length, 1, `deliveries of ${source}`)
      return deliveries[0]?.id ?? ''
    },
    /** Waits until a delivery is in a state, and returns it. */
    in: (state: string, id: string): Promise<ShownDelivery> =>
      eventually(
        `${id} is ${state}`,
        async () => {
          const found = await delivery(id)
          return found.state === state ? found : undefined
        },
        DEADLINE_MS,
      ),
    resolve: (id: string, as: string, why: string) =>
      call<ShownDelivery>('POST', `/v1/deliveries/${id}/resolve`, { as, why }),
  }
}
