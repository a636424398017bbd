import { sandboxEnvironment, startSandbox } from '@sluice/gateway/bun'
import { type Document, findOperation, readDocument } from '../document/document.ts'
import { EMAIL, SAMPLES } from '../passthrough/samples.ts'
import { contactOf, loneOf } from '../runtime/contacts.ts'
import { VERIFY_TOKEN } from '../runtime/sluice.config.ts'
import type { RuntimeDriver } from '../runtime/driver.ts'
import { createGatewayClient, type GatewayClient, KEYS } from '../runtime/gateway-client.ts'
import { createSandboxClient } from '../runtime/sandbox-client.ts'
import { eventually } from '../stories/eventually.ts'
import { freePort } from '../stories/free-port.ts'
import { temporaryFolder } from '../stories/running.ts'
import { SANDBOX } from '@sluice/upstream-mocks'
import type { Dice } from './dice.ts'
import type { Hint } from './request.ts'
import type { Target } from './run.ts'

/** A gateway with some past, and its sandbox. */
export interface Stage {
  readonly target: Target
  log(): string
  close(): Promise<void>
}

/** Longer than anything takes on a busy machine. */
const DEADLINE_MS = 60_000
/** Events of each kind. */
const PAST = 12
/** One more unsure start would open the breaker, and then nothing is parked for a minute. */
const PARKED = 4
const ROWS = ['ada', 'bea', 'cia'].map((name) => ({ email: `${name}@example.com`, name }))

/** A callback as an upstream sent it: to where, and with what. */
interface SentCallback {
  readonly token: string
  readonly body: string
}

/**
 * Starts the gateway of the runtimes' stories on a runtime, against a sandbox, and gives it a past: events, and deliveries
 * that are delivered, dead, parked, waiting and waiting for a callback.
 */
export async function setStage(driver: RuntimeDriver): Promise<Stage> {
  const folder = temporaryFolder()
  const sandbox = await startSandbox(0, { danaconnect: { loadDelayMs: 20 } })
  const callbacks: SentCallback[] = []
  const relay = recordCallbacks(callbacks)
  const environment = { ...sandboxEnvironment(sandbox.url), SLUICE_PUBLIC_URL: relay.url.origin }
  const instance = await driver.start({
    port: freePort(),
    folder: folder.path,
    sandboxUrl: sandbox.url,
    environment: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')),
  })
  const close = async () => {
    await instance.kill()
    sandbox.stop()
    await relay.stop(true)
    folder.remove()
  }
  try {
    const gateway = createGatewayClient(instance.url)
    const told = await makePast(gateway, createSandboxClient(sandbox.url), callbacks)
    const past = { callbacks, told, jobs: await startJobs(gateway) }
    return { target: await targetOf(gateway, past), log: () => instance.log(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Stands where the upstream sends its callbacks, and keeps them from the gateway. */
function recordCallbacks(into: SentCallback[]) {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const token = new URL(request.url).pathname.split('/').at(-1) ?? ''
      into.push({ token, body: await request.text() })
      return new Response()
    },
  })
}

/** Makes a past, and returns all that the gateway said of it. */
async function makePast(
  gateway: GatewayClient,
  sandbox: ReturnType<typeof createSandboxClient>,
  callbacks: readonly SentCallback[],
): Promise<string> {
  const numbers = Array.from({ length: PAST }, (_, index) => index)
  // Callbacks that nobody answers for, so that their deliveries wait.
  for (const row of [...ROWS, ...ROWS]) await gateway.accepted('rows-told', row)
  await eventually('callbacks were sent', () => (callbacks.length >= 2 ? true : undefined), DEADLINE_MS)
  await sandbox.arm('danaconnect', 'reset-after', { operation: 'start-data', times: PARKED })
  for (const number of numbers.slice(0, PARKED))
    await gateway.in('parked', await gateway.posted('starts', loneOf(number)))
  await sandbox.arm('datatalks', 'status-400', { times: PAST })
  for (const number of numbers) await gateway.in('dead', await gateway.posted('single', loneOf(number)))
  for (const number of numbers) await gateway.accepted('contacts', contactOf(number))
  const called = await callByHand(gateway)
  const lists = ['/v1/events?limit=200', '/v1/deliveries?limit=200', '/v1/jobs?limit=200']
  return (await Promise.all(lists.map(async (path) => (await gateway.ask('GET', path)).text))).join(called)
}

/** Makes what calls of the upstreams read and change, and returns what the gateway said of it. */
async function callByHand({ ask }: GatewayClient): Promise<string> {
  const { contactnow, danaconnect, datatalks } = SANDBOX
  const dataset = `/v1/contactnow/datasets/${contactnow.dataset}`
  const load = `/v1/danaconnect/tables/${danaconnect.tableCode}/loads?destination=danaconnect`
  const replies = [
    await ask('POST', `${dataset}/records`, { MobilePhone: '+46700000000' }),
    await ask('POST', `${dataset}/data`, { MobilePhone: '+46700000000' }),
    await ask('POST', '/v1/datatalks/contacts', { data: { email: EMAIL }, group_key: datatalks.groupKey }),
    await ask('POST', load, { rows: [{ EMAIL, NAME: 'Dana' }] }),
  ]
  return replies.map(({ text }) => text).join('')
}

const BEARER_SOURCES = ['contacts', 'single', 'expressed', 'small', 'ordered', 'starts', 'rows-told', 'rows-blind']
const DESTINATIONS = ['danaconnect', 'told', 'contactnow', 'datatalks']

/** What a sender asks before it posts to the source `asked`. */
const CHALLENGE = {
  source: 'asked',
  'hub.mode': 'subscribe',
  'hub.verify_token': VERIFY_TOKEN,
  'hub.challenge': '1158201444',
}

/** What happened before, as far as requests need it. */
interface Past {
  readonly callbacks: readonly SentCallback[]
  readonly jobs: readonly string[]
  /** All that the gateway said. */
  readonly told: string
}

async function targetOf({ url, ask }: GatewayClient, { callbacks, jobs, told }: Past): Promise<Target> {
  const document = readDocument((await ask('GET', '/openapi.json')).text)
  return {
    url,
    told,
    document,
    keys: { all: KEYS.admin, reader: KEYS.reader, others: [KEYS.ingest, 'nobody'] },
    reached: REACHED,
    words: {
      source: BEARER_SOURCES,
      name: DESTINATIONS,
      destination: DESTINATIONS,
      contentType: ['application/json', 'application/xml', 'text/plain'],
      kind: ['danaconnect'],
      cursor: ['evt_00000000000000000000000000', 'dlv_ZZZZZZZZZZZZZZZZZZZZZZZZZZ', 'job_00000000000000000000000000'],
    },
    hints: {
      receiveWebhook: (dice) => dice.pick([eventHint, eventHint, batchHint, handshakeHint])(dice),
      answerChallenge: () => ({ parameters: CHALLENGE }),
      receiveCallback: (dice) => callbackHint(dice, callbacks),
      ...sampleHints(document),
      cancelJob: (dice) => ({ parameters: { id: dice.pick(jobs) } }),
      previewEvent: (dice) => {
        const { parameters, body } = eventHint(dice)
        return { body: { ...parameters, body: JSON.stringify(body) } }
      },
    },
  }
}

/** What is known to work of every operation of the upstreams. */
function sampleHints(document: Document): Readonly<Record<string, () => Hint>> {
  const hints = SAMPLES.flatMap(({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://gateway.test')
    const placed = findOperation(document, method, pathname)
    if (placed === undefined) return []
    const names = placed.path.split('/')
    const ofPath = pathname.split('/').flatMap((part, at) => {
      const name = names[at] ?? ''
      return name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(part)] as const] : []
    })
    const hint = { parameters: { ...Object.fromEntries([...ofPath, ...searchParams]), ...accountOf(placed.path) } }
    return [[placed.operation.operationId, () => ({ ...hint, ...(body === undefined ? {} : { body }) })] as const]
  })
  return Object.fromEntries(hints)
}

/** There are two accounts of DANAConnect, so that one has to be named. */
function accountOf(path: string): Readonly<Record<string, string>> {
  return path.includes('/danaconnect/') ? { destination: 'danaconnect' } : {}
}

/** Jobs that take longer than a run: each has decided about one dead delivery, and has more to do. */
async function startJobs({ call }: GatewayClient): Promise<readonly string[]> {
  const job = { action: 'acknowledge', filter: { state: 'dead', source: 'single' }, ratePerSecond: 0.01, why: 'seen' }
  const jobs = await Promise.all([1, 2, 3].map(() => call<{ readonly id: string }>('POST', '/v1/jobs', job)))
  return jobs.map(({ id }) => id)
}

/** An event that its source takes. */
function eventHint(dice: Dice): Hint & { readonly parameters: { readonly source: string } } {
  const number = dice.number(0, 1_000_000)
  const source = dice.pick(BEARER_SOURCES)
  const body = source === 'contacts' || source === 'expressed' ? contactOf(number) : loneOf(number)
  return {
    parameters: { source },
    headers: { authorization: `Bearer ${KEYS.ingest}` },
    body: source.startsWith('rows') ? { ...body, name: 'Ada' } : body,
  }
}

/** What a batch is answered with, and a sender that asks whether the endpoint is its own. */
const REACHED = [200, 202, 207, '422 BATCH_REFUSED'].map((answer) => `receiveWebhook ${answer}`)

/** A batch: of events that can be taken, of some, or of none. */
function batchHint(dice: Dice): Hint {
  const isGood = dice.pick([() => true, () => dice.chance(0.5), () => false])
  const items = Array.from({ length: dice.number(0, 5) }, () =>
    isGood() ? loneOf(dice.number(0, 1_000_000)) : { email: dice.pick(['', 'no address', 7]) },
  )
  const prefer = dice.pick([{}, { prefer: 'handling=strict' }, { prefer: 'handling=lenient' }])
  return {
    parameters: { source: 'many' },
    headers: { authorization: `Bearer ${KEYS.ingest}`, ...prefer },
    body: items,
  }
}

/** What Slack posts before anything else. */
function handshakeHint(dice: Dice): Hint {
  const body = JSON.stringify({ type: 'url_verification', challenge: `challenge-${dice.number(0, 1000)}` })
  const seconds = Math.floor(Date.now() / 1000)
  const signature = new Bun.CryptoHasher('sha256', KEYS.signing).update(`v0:${seconds}:${body}`).digest('hex')
  return {
    parameters: { source: 'verified' },
    headers: { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` },
    body,
  }
}

function callbackHint(dice: Dice, callbacks: readonly SentCallback[]): Hint {
  const { token, body } = dice.pick(callbacks)
  return { parameters: { kind: 'danaconnect', token }, body }
}
