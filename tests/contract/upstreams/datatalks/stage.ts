import { createDatatalks, type Datatalks, type DatatalksV2, type DatatalksV3 } from '@sluice/datatalks'
import { type FaultName, type MockSettingsInput, SANDBOX } from '@sluice/upstream-mocks'
import type { ContractCase, Environment, Expected, LiveRun } from '../contract-case.ts'
import { BASE, playUnder, replying, type SentRequest, setStage, type Stage, START_MS, TIMEOUTS } from '../stage.ts'

/** A client of each version, and the group that calls name. */
export interface Subject {
  readonly v1: Datatalks
  readonly v2: DatatalksV2
  readonly v3: DatatalksV3
  readonly group_key: string
}

/** What a case changes about how its clients sign, and where they call. */
export interface Signing {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly region?: string
  readonly service?: string
  /** How far the client's clock is ahead of the vendor's. */
  readonly skewMs?: number
  /** Below the sandbox's address. */
  readonly path?: string
}

/** The environment variables that a live run needs. */
export const DATATALKS_VARIABLES = [
  'DATATALKS_ACCESS_KEY_ID',
  'DATATALKS_SECRET_ACCESS_KEY',
  'DATATALKS_REGION',
  'DATATALKS_GROUP_KEY',
  'DATATALKS_URL',
] as const

/** An operation, called. */
export type Call = (subject: Subject, stage: Stage) => Promise<unknown>

/** One case against the mock. */
export interface SandboxCase {
  readonly operation: string
  readonly name: string
  readonly call: Call
  readonly expected: Expected
  readonly settings?: MockSettingsInput['datatalks']
  readonly signing?: Signing
  readonly fault?: { readonly name: FaultName; readonly operation: string }
  readonly live?: LiveRun['effect']
}

type Fetch = (request: Request) => Promise<Response>

/** Makes a case that runs against the mock. */
export function onSandbox(about: SandboxCase): ContractCase {
  const { operation, name, call, expected, live, signing = {} } = about
  return {
    upstream: 'datatalks',
    operation,
    name,
    expected,
    run: () =>
      playUnder('datatalks', about, (stage, begin) => {
        begin()
        return call(subjectOf(stage.fetch, stage.nowMs, signing), stage)
      }),
    ...(live === undefined
      ? {}
      : { live: { effect: live, run: (environment) => call(liveSubject(environment, signing), setStage()) } }),
  }
}

/** A reply as it is printed or quoted. */
export interface PrintedReply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: string
}

/** Makes a case in which every call gets this reply, as it is printed. */
export function onReply(
  operation: string,
  name: string,
  reply: PrintedReply,
  call: Call,
  expected: Expected,
): ContractCase {
  const run = () =>
    call(
      subjectOf(
        replying(() => reply),
        () => START_MS,
        {},
      ),
      setStage(),
    )
  return { upstream: 'datatalks', operation, name, expected, run }
}

/** Makes a case about what is sent, in the words of the wire. */
export function onWire(operation: string, name: string, call: Call, sent: Partial<SentRequest>): ContractCase {
  return {
    upstream: 'datatalks',
    operation,
    name,
    expected: { result: sent },
    async run() {
      const requests: SentRequest[] = []
      await call(
        subjectOf(
          replying(() => ({ body: '{}' }), requests),
          () => START_MS,
          {},
        ),
        setStage(),
      )
      const last: Partial<SentRequest> = requests.at(-1) ?? {}
      return Object.fromEntries(Object.keys(sent).map((member) => [member, last[member as keyof SentRequest]]))
    },
  }
}

const { accessKeyId, secretAccessKey, region, service, groupKey } = SANDBOX.datatalks

function subjectOf(fetch: Fetch, nowMs: () => number, signing: Signing): Subject {
  const common = {
    ...TIMEOUTS,
    fetch,
    nowMs: () => nowMs() + (signing.skewMs ?? 0),
    credentials: {
      accessKeyId: signing.accessKeyId ?? accessKeyId,
      secretAccessKey: signing.secretAccessKey ?? secretAccessKey,
    },
    region: signing.region ?? region,
    service: signing.service ?? service,
  }
  const base = `${BASE}/datatalks`
  return {
    v1: createDatatalks({ ...common, baseUrl: base + (signing.path ?? '/v1') }),
    v2: createDatatalks({ ...common, version: 'v2', baseUrl: `${base}/v2` }),
    v3: createDatatalks({ ...common, version: 'v3', baseUrl: `${base}/v3` }),
    group_key: groupKey,
  }
}

function liveSubject(environment: Environment, signing: Signing): Subject {
  const of = (name: (typeof DATATALKS_VARIABLES)[number]): string => environment[name] ?? ''
  const common = {
    fetch,
    nowMs: () => Date.now() + (signing.skewMs ?? 0),
    credentials: {
      accessKeyId: signing.accessKeyId ?? of('DATATALKS_ACCESS_KEY_ID'),
      secretAccessKey: signing.secretAccessKey ?? of('DATATALKS_SECRET_ACCESS_KEY'),
    },
    region: signing.region ?? of('DATATALKS_REGION'),
    service: signing.service ?? service,
  }
  const below = (path: string): string => of('DATATALKS_URL').replace(/\/[^/]*\/?$/, path)
  return {
    v1: createDatatalks({ ...common, baseUrl: below(signing.path ?? '/v1') }),
    v2: createDatatalks({ ...common, version: 'v2', baseUrl: below('/v2') }),
    v3: createDatatalks({ ...common, version: 'v3', baseUrl: below('/v3') }),
    group_key: of('DATATALKS_GROUP_KEY'),
  }
}
