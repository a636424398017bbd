import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorld, type World } from '../world/world.ts'
import {
  CANARY_ENVIRONMENT,
  CANARY_HEADER,
  CANARY_QUERY,
  CANARY_SETTINGS,
  canaryTokens,
  FoundSecrets,
} from './canaries.ts'
import { matrixConfig } from './config.ts'
import { WIRED_OPERATIONS, type WiredOperation } from './operations.ts'
import { outputsOf, PAGES, readPath } from './outputs.ts'
import { post } from './post.ts'

/** What a search came to. */
export interface Search {
  /** How many outputs were searched. */
  readonly searched: number
  /** How many secrets that nobody configured were among those searched for. */
  readonly tokens: number
  readonly wrong: readonly string[]
}

const HOUR_MS = 3_600_000

/** Requests that are refused: what they present must not come back either. */
const REFUSED: readonly (readonly [path: string, init: RequestInit])[] = [
  [
    `/webhooks/cell?${CANARY_QUERY}`,
    { method: 'POST', headers: { authorization: `Bearer ${CANARY_HEADER}` }, body: '{}' },
  ],
  [
    `/webhooks/signed?${CANARY_QUERY}`,
    {
      method: 'POST',
      headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': `v1,${CANARY_HEADER}` },
      body: '{}',
    },
  ],
  [`/webhooks/${CANARY_HEADER.length}?${CANARY_QUERY}`, { method: 'POST', body: '{}' }],
  [`/v1/deliveries?limit=x&${CANARY_QUERY}`, { headers: { authorization: `Bearer ${CANARY_HEADER}` } }],
  [`/callbacks/danaconnect/${CANARY_HEADER}?${CANARY_QUERY}`, { method: 'POST', body: '{}' }],
  [`/v1/events/evt_0?${CANARY_QUERY}`, { headers: { authorization: `Basic ${btoa(CANARY_HEADER)}` } }],
]

/**
 * Delivers every operation in one world whose database is a file, with a fault that makes each upstream echo and one that
 * spoils a token, and searches what it wrote: every page and answer, the log, and every byte of the file.
 */
export async function searchPages(): Promise<Search> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-canary-'))
  const secrets = new FoundSecrets()
  const world = await createWorld({
    config: matrixConfig,
    environment: CANARY_ENVIRONMENT,
    settings: CANARY_SETTINGS,
    newToken: canaryTokens(),
    databasePath: join(folder, 'sluice.db'),
    observe: (request, reply) => secrets.noteExchange(request, reply),
  })
  try {
    const ids = [...(await deliverAll(world)), ...(await spoilTokens(world))]
    const outputs = []
    for (const path of [...PAGES, '/v1/deliveries?limit=200']) outputs.push(await readPath(world, path))
    for (const [path, init] of REFUSED) {
      const response = await world.request(path, init)
      outputs.push({ name: `the answer to ${path.split('?')[0]}`, text: await response.text() })
    }
    outputs.push(...(await outputsOf(world, ids)))
    world.stop()
    const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name)) }))
    const wrong = [...outputs, ...files].flatMap(({ name, text }) => {
      const secret = secrets.in(text)
      return secret === null ? [] : [`${name} holds ${secret}`]
    })
    return { searched: outputs.length + files.length, tokens: secrets.size, wrong: [...new Set(wrong)] }
  } finally {
    world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function deliverAll(world: World): Promise<readonly string[]> {
  const ids: string[] = []
  for (const operation of WIRED_OPERATIONS) {
    for (const fault of [null, 'status-500', 'refusal-200', 'cut-200'] as const) {
      if (fault !== null) world.fault({ upstream: operation.upstream, fault, times: 1 })
      ids.push(await deliver(world, operation))
    }
  }
  return ids
}

/** Makes the reply that brings a token unreadable in every way: the token must not be shown along with it. */
async function spoilTokens(world: World): Promise<readonly string[]> {
  const ids: string[] = []
  for (const fault of ['cut-200', 'wrong-format', 'malformed-200', 'php-warning-200', 'slow-200'] as const) {
    world.mocks.expireTokens()
    world.fault({ upstream: 'contactnow', fault, times: 1, operation: 'token.get' })
    for (const operation of WIRED_OPERATIONS) {
      if (operation.strikes === 'token.get') ids.push(await deliver(world, operation))
    }
    await world.advanceTo(world.nowMs() + HOUR_MS)
  }
  return ids
}

async function deliver(world: World, operation: WiredOperation): Promise<string> {
  // Another second makes another signature.
  await world.advanceTo(world.nowMs() + 1000)
  return post(world, operation, operation.payload('1'))
}
