import { bearer, danaconnect, defineConfig, gatewayKey, route, source, z } from '@sluice/gateway'
import { createWorld, type World, type WorldOptions } from '../world/world.ts'

const Lead = z.object({ email: z.email() })

/** Two sources that ask for keys, one that does not, and an account whose conversation is named by an alias. */
export const KEYS_CONFIG = defineConfig((settings) => {
  const sources = {
    crm: source({ scheme: gatewayKey(), schema: Lead }),
    shop: source({ scheme: gatewayKey(), schema: Lead }),
    open: source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Lead }),
  }
  const mail = danaconnect({
    user: settings.text('DANACONNECT_USER'),
    company: settings.text('DANACONNECT_COMPANY'),
    password: settings.secret('DANACONNECT_PASSWORD'),
    appservUrl: settings.text('DANACONNECT_APPSERV_URL'),
    wsUrl: settings.text('DANACONNECT_WS_URL'),
    aliases: { configured: settings.integer('DANACONNECT_CONVERSATION_ID') },
  })
  const welcome = ({ email }: z.output<typeof Lead>) => ({ conversation: 'welcome', fields: { EMAIL: email } })
  return {
    sources,
    destinations: { mail },
    routes: [sources.crm, sources.open].map((from) => route(from, mail, 'conversations.startData', { map: welcome })),
    keys: [
      { name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['operate'] },
      { name: 'reader', token: 'reader-of-everything', scopes: ['read'] },
      { name: 'shop', token: 'key-of-the-shop', scopes: ['ingest'], sources: ['shop'], ratePerMinute: 3 },
    ],
  }
})

export const ADMIN = 'sandbox-admin'
export const LEAD = { email: 'ada@example.com' }

/** An answer, read to its end. */
export interface Answered<Body = Readonly<Record<string, unknown>>> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}

/** A key as the API shows it, as far as the tests look at it. */
export interface ShownKey {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly lastUsedAt: string | null
  readonly secrets: readonly { readonly prefix: string; readonly createdBy: string; readonly endsAt: string | null }[]
}

/** A gateway with keys, on a clock of its own. */
export type KeysWorld = Awaited<ReturnType<typeof openKeysWorld>>

/** Opens a world whose gateway has the configuration above. */
export async function openKeysWorld(options: Partial<WorldOptions> = {}) {
  const world: World = await createWorld({ config: KEYS_CONFIG, ...options })
  const send = async <Body>(
    path: string,
    headers: Readonly<Record<string, string>>,
    init: RequestInit = {},
  ): Promise<Answered<Body>> => {
    const reply = await world.request(path, { ...init, headers })
    const text = await reply.text()
    return { status: reply.status, headers: reply.headers, text, body: JSON.parse(text) as Body }
  }
  const call = <Body = Readonly<Record<string, unknown>>>(
    method: string,
    path: string,
    body?: unknown,
    key: string = ADMIN,
  ): Promise<Answered<Body>> =>
    send(
      path,
      { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
    )
  return {
    world,
    send,
    call,
    /** Posts a lead to a source, with these headers and no others. */
    post: (path: string, headers: Readonly<Record<string, string>>) =>
      send<Readonly<Record<string, unknown>>>(
        path,
        { 'content-type': 'application/json', ...headers },
        { method: 'POST', body: JSON.stringify(LEAD) },
      ),
    /** Creates a key, and expects that it may be. */
    async made(fields: Readonly<Record<string, unknown>>) {
      const { status, text, body } = await call<{ key: ShownKey; secret: string }>('POST', '/v1/keys', fields)
      if (status !== 201) throw new Error(`no key was created: ${text}`)
      return body
    },
  }
}
