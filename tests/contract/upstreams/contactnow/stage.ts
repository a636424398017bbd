import { type Contactnow, createContactnow } from '@sluice/contactnow'
import { SANDBOX, type FaultName, type MockSettingsInput } from '@sluice/upstream-mocks'
import type { ContractCase, Environment, Expected, LiveRun } from '../contract-case.ts'
import { BASE, playUnder, replying, type SentRequest, type Stage, START_MS, TIMEOUTS } from '../stage.ts'

/** What a call names of the account. */
export interface Account {
  readonly table: string
  readonly dataset: string
}

/** The environment variables that a live run needs. */
export const CONTACTNOW_VARIABLES = [
  'CONTACTNOW_USERNAME',
  'CONTACTNOW_PASSWORD',
  'CONTACTNOW_URL',
  'CONTACTNOW_TABLE',
  'CONTACTNOW_DATASET',
] as const

/** An operation of the client, called with what the account holds. */
export type Call = (client: Contactnow, account: Account) => Promise<unknown>

/** One case against the mock. */
export interface SandboxCase {
  readonly operation: string
  readonly name: string
  readonly call: Call
  readonly expected: Expected
  readonly settings?: MockSettingsInput['contactnow']
  /** What the account holds before the call. */
  readonly prepare?: (client: Contactnow, stage: Stage) => Promise<unknown>
  readonly fault?: { readonly name: FaultName; readonly operation: string }
  readonly live?: LiveRun['effect']
  /** What a live run calls; absent: the same as here. */
  readonly liveCall?: Call
}

const ACCOUNT: Account = { table: SANDBOX.contactnow.table, dataset: String(SANDBOX.contactnow.dataset) }
const CREDENTIALS = { username: SANDBOX.contactnow.username, password: SANDBOX.contactnow.password }

/** Makes a case that runs against the mock. */
export function onSandbox(about: SandboxCase): ContractCase {
  const { operation, name, call, expected, live, liveCall = call } = about
  return {
    upstream: 'contactnow',
    operation,
    name,
    expected,
    run: () =>
      playUnder('contactnow', about, async (stage, begin) => {
        const client = clientOf(stage.fetch, stage.nowMs)
        await about.prepare?.(client, stage)
        begin()
        return call(client, ACCOUNT)
      }),
    ...(live === undefined ? {} : { live: { effect: live, run: (environment) => runLive(liveCall, environment) } }),
  }
}

/** Makes a case in which every call about rows gets this reply, as it is printed. */
export function onReply(operation: string, name: string, body: BodyInit, call: Call, expected: Expected): ContractCase {
  const run = () =>
    call(
      clientOf(printed(body), () => START_MS),
      ACCOUNT,
    )
  return { upstream: 'contactnow', operation, name, expected, run }
}

/** Makes a case in which the call that gets a token has this reply, as it is printed. */
export function onTokenReply(name: string, body: string, call: Call, expected: Expected): ContractCase {
  const run = () =>
    call(
      clientOf(
        replying(() => ({ body })),
        () => START_MS,
      ),
      ACCOUNT,
    )
  return { upstream: 'contactnow', operation: 'token.get', name, expected, run }
}

/** Makes a case about what is sent: the last request, in the words of the wire. */
export function onWire(
  operation: string,
  name: string,
  call: Call,
  sent: Partial<SentRequest>,
  campaign?: string,
): ContractCase {
  return {
    upstream: 'contactnow',
    operation,
    name,
    expected: { result: sent },
    async run() {
      const requests: SentRequest[] = []
      const fetch = replying((request) => ({ body: isTokenCall(request) ? tokenFor(request) : DONE }), requests)
      await call(
        clientOf(fetch, () => START_MS, campaign),
        ACCOUNT,
      ).catch(() => null)
      const last: Partial<SentRequest> = requests.at(-1) ?? {}
      return Object.fromEntries(Object.keys(sent).map((member) => [member, last[member as keyof SentRequest]]))
    },
  }
}

const TOKEN = '{"success":true,"token":"0000000000000000000000000000000000000000","expire":1767366245}'

const TOKEN_XML =
  '<result><success>1</success><token>0000000000000000000000000000000000000000</token><expire>1767366245</expire></result>'

const DONE = '{"success":true,"total":1,"bad":0,"key":1,"list":[]}'

function isTokenCall({ path, body }: SentRequest): boolean {
  return path.endsWith('/token.php') && !body.includes('action=validate')
}

function tokenFor({ body }: SentRequest): string {
  return body.includes('format=xml') ? TOKEN_XML : TOKEN
}

function printed(body: BodyInit): (request: Request) => Promise<Response> {
  return replying((request) => ({ body: isTokenCall(request) ? tokenFor(request) : body }))
}

function clientOf(fetch: (request: Request) => Promise<Response>, nowMs: () => number, campaign?: string): Contactnow {
  return createContactnow({
    baseUrl: `${BASE}/contactnow/`,
    credentials: CREDENTIALS,
    fetch,
    nowMs,
    ...TIMEOUTS,
    ...(campaign === undefined ? {} : { campaign }),
  })
}

function runLive(call: Call, environment: Environment): Promise<unknown> {
  const { CONTACTNOW_USERNAME, CONTACTNOW_PASSWORD, CONTACTNOW_URL, CONTACTNOW_TABLE, CONTACTNOW_DATASET } = environment
  const client = createContactnow({
    baseUrl: CONTACTNOW_URL ?? '',
    credentials: { username: CONTACTNOW_USERNAME ?? '', password: CONTACTNOW_PASSWORD ?? '' },
    fetch,
    nowMs: Date.now,
  })
  return call(client, { table: CONTACTNOW_TABLE ?? '', dataset: CONTACTNOW_DATASET ?? '' })
}
