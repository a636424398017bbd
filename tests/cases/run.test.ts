import { beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Message, parseHttpFile } from './http-file.ts'
import { type Given, type Scene, setScene, settled } from './play.ts'

/** Every case as `source/case`. */
const CASES = folders(import.meta.dir).flatMap((source) =>
  folders(join(import.meta.dir, source)).map((name) => `${source}/${name}`),
)

function folders(path: string): readonly string[] {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()
}

const readText = (path: string, file: string): string => readFileSync(join(import.meta.dir, path, file), 'utf8')
const readJson = (path: string, file: string): unknown => JSON.parse(readText(path, file))
const readHttp = (path: string, file: string): readonly Message[] => parseHttpFile(readText(path, file))

test('there are cases', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(15)
})

describe.each([...CASES])('case %s', (path) => {
  const [source = ''] = path.split('/')
  let scene: Scene
  let answer: { readonly status: number; readonly body: Acceptance }
  let event: Awaited<ReturnType<typeof settled>>

  beforeAll(async () => {
    const given = existsSync(join(import.meta.dir, path, '0-given.json')) ? readJson(path, '0-given.json') : {}
    scene = await setScene(source, given as Given)
    const [received] = readHttp(path, '1-received.http')
    if (received === undefined) throw new Error(`${path}: nothing is received`)
    const response = await scene.post(received)
    answer = { status: response.status, body: (await response.json()) as Acceptance }
    if (response.status === 202) event = await settled(scene, answer.body.eventId)
  })

  test('is accepted, and the answer names its deliveries', () => {
    const routed = (readJson(path, '3-deliveries.json') as Acceptance['deliveries']).map(
      ({ destination, operation }) => ({ destination, operation }),
    )
    expect(answer.status).toBe(202)
    expect(answer.body.deliveries.map(({ destination, operation }) => ({ destination, operation }))).toEqual(routed)
  })

  test('1-received.http becomes 2-event.json', () => {
    expect(scene.seen).toEqual([readJson(path, '2-event.json')])
  })

  test('2-event.json becomes 3-deliveries.json', () => {
    const deliveries = event.deliveries.map(({ destination, operation, payload }) => ({
      destination,
      operation,
      payload,
    }))
    expect(deliveries).toEqual(readJson(path, '3-deliveries.json') as typeof deliveries)
  })

  test('3-deliveries.json becomes 4-sent.http on the wire', () => {
    const byText = (messages: readonly Message[]) =>
      messages.map((message) => JSON.stringify(sorted(message))).toSorted()
    expect(byText(scene.wire)).toEqual(byText(readHttp(path, '4-sent.http')))
  })

  test('4-sent.http is also what the attempts tell of it', () => {
    const told = stepsOf(event).map(({ request: { method, url, headers, body = '' } }) => ({
      line: `${method} ${url}`,
      headers,
      body,
    }))
    expect(told).toEqual([...readHttp(path, '4-sent.http')])
  })

  test('5-reply.http is what the upstreams answered', () => {
    const replies = readHttp(path, '5-reply.http')
    const told = stepsOf(event).map(({ reply }, index) => ({
      line: `HTTP/1.1 ${reply?.status}`,
      // Of the headers those that the case names: the others say nothing about the outcome.
      headers: Object.fromEntries(
        Object.keys(replies[index]?.headers ?? {}).map((name) => [name, reply?.headers[name] ?? '(absent)']),
      ),
      body: reply?.body ?? '',
    }))
    expect(told).toEqual([...replies])
  })

  test('5-reply.http becomes 6-record.json', () => {
    const record = event.deliveries.map(({ destination, state, reason, receipt, history }) => ({
      destination,
      state,
      attempts: history.map(({ outcome, code, counted }) => ({ outcome, code, counted })),
      reason,
      receipt,
    }))
    expect(record).toEqual(readJson(path, '6-record.json') as typeof record)
  })
})

interface Acceptance {
  readonly eventId: string
  readonly deliveries: readonly { readonly destination: string; readonly operation: string }[]
}

function stepsOf(event: Awaited<ReturnType<typeof settled>>) {
  return event.deliveries.flatMap(({ history }) => history.flatMap(({ steps }) => steps))
}

/** Headers in one order: which of them was set first means nothing. */
function sorted({ line, headers, body }: Message): Message {
  return { line, headers: Object.fromEntries(Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1))), body }
}

describe('two cases that differ in one thing', () => {
  const pairs: readonly [name: string, left: string, right: string, files: readonly string[]][] = [
    ['XML in place of JSON from the sender', 'demo/json', 'demo/xml', ['3-deliveries.json', '6-record.json']],
    [
      'a dataset is created over XML in place of JSON',
      'campaigns/create',
      'campaigns/create-over-xml',
      ['1-received.http', '2-event.json', '3-deliveries.json', '6-record.json'],
    ],
    [
      'a dataset is updated over XML in place of JSON',
      'campaigns/update',
      'campaigns/update-over-xml',
      ['1-received.http', '2-event.json', '3-deliveries.json', '6-record.json'],
    ],
  ]
  test.each([...pairs])('%s: nothing else changes', (_name, left, right, files) => {
    for (const file of files) expect(readText(right, file)).toBe(readText(left, file))
  })
})
