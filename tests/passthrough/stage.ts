import { resolve } from 'node:path'
import type { ConfigFile } from '@sluice/gateway'
import { loadConfig, sandboxEnvironment } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { createWorld, type World, type WorldOptions } from '../world/world.ts'
import { EMAIL, type Sample } from './samples.ts'

const config = await loadConfig(resolve(import.meta.dir, '../../sluice.config.ts'))

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Null where it is no JSON. */
  readonly json: unknown
}

/** A request to the gateway, but for its key. */
export interface Asked {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A world with an account of each upstream, and somebody who calls them by hand. */
export interface Stage {
  readonly world: World
  ask(method: string, path: string, asked?: Asked): Promise<Answer>
  /** Sends a sample: JSON unless told otherwise. */
  play(sample: Sample, headers?: Readonly<Record<string, string>>, xml?: string): Promise<Answer>
}

/** Sets the stage; with another configuration or ports of another kind where a test needs them. */
export async function setStage(options: Partial<WorldOptions> & { readonly config?: ConfigFile } = {}): Promise<Stage> {
  const world = await createWorld({ config, ...options })
  const { SLUICE_ADMIN_TOKEN: token = '' } = { ...sandboxEnvironment('http://127.0.0.1:9'), ...options.environment }
  const ask: Stage['ask'] = async (method, path, { body, headers = {}, signal } = {}) => {
    const sent = { ...(body === undefined ? {} : { body: bodyOf(body) }), ...(signal === undefined ? {} : { signal }) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    return read(
      await world.request(path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...type, ...headers },
        ...sent,
      }),
    )
  }
  return {
    world,
    ask,
    play: ({ method, path, body }, headers = {}, xml) => {
      if (xml !== undefined)
        return ask(method, path, { body: xml, headers: { 'content-type': 'application/xml', ...headers } })
      return ask(method, path, { headers, ...(body === undefined ? {} : { body }) })
    },
  }
}

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null }
}

/** Makes what samples read, change and delete. */
export async function prepare({ ask }: Pick<Stage, 'ask'>): Promise<void> {
  for (const kind of ['records', 'data']) {
    const path = `/v1/contactnow/datasets/${SANDBOX.contactnow.dataset}/${kind}`
    await ask('POST', path, { body: { MobilePhone: '+46700000000' } })
  }
  const contact = { data: { email: EMAIL }, group_key: SANDBOX.datatalks.groupKey }
  await ask('POST', '/v1/datatalks/contacts', { body: contact })
}

/** Moves the clock until a request is answered. */
export async function answered<Result>({ world }: Pick<Stage, 'world'>, asked: Promise<Result>): Promise<Result> {
  const end = { came: false }
  void asked.then(
    () => (end.came = true),
    () => (end.came = true),
  )
  await world.settle()
  for (let steps = 0; !end.came && steps < MAX_STEPS; steps += 1) await world.ring()
  return asked
}

/** More than any request waits for. */
const MAX_STEPS = 1000
