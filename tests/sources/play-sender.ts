import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { defineConfig, type Scheme, source, z } from '@sluice/gateway'
import { createWorld, WORLD_START_MS, type World } from '../world/world.ts'
import { changedAt, headerOf, headersOf, type Sent, withBody, withHeader, without } from './sent.ts'

/** When everything is sent that is sent in time. */
export const NOW_MS = WORLD_START_MS
/** Where the senders believe the gateway to be: behind a proxy that takes the prefix away. */
export const PUBLIC_URL = 'https://hooks.example.com/in'

/** What a sender's own code makes of a path and a time: a request that is right in every way. */
export type Sign = (path: string, atMs: number) => Promise<Sent> | Sent

/** A sender, and how it is to be verified. */
export interface Sender {
  readonly name: string
  /** With the one secret that the sender signs with. */
  readonly right: Scheme
  /** With another secret before it. */
  readonly rotating: Scheme
  /** With another secret alone. */
  readonly other: Scheme
  readonly sign: Sign
  /** Headers of which each one is needed. */
  readonly needs: readonly string[]
  /** Of these, the one of the signature. */
  readonly signature: string
  /** Whether the time is signed, and so whether old ones are refused. */
  readonly signsTime: boolean
  /** Whether the message is signed, and so whether a header that is not is of no account. */
  readonly signsMessage: boolean
  /** What else is wrong. */
  readonly wrong?: Readonly<Record<string, () => Promise<Sent> | Sent>>
}

const ADMIN = 'an-admin-token'
const PATH = '/webhooks/right'
const TOLERANCE_MS = 300_000
/** What everything that is wrong is answered with, to the byte; only the request's own id is another. */
export const UNAUTHENTICATED =
  '{"type":"urn:sluice:problem:UNAUTHENTICATED","title":"The request is not authenticated.","status":401,"code":"UNAUTHENTICATED"}'

/** A gateway with sources and nothing to deliver to. */
export async function worldOf(sources: Readonly<Record<string, Scheme>>): Promise<World> {
  const schema = z.unknown()
  const declared = Object.entries(sources).map(([name, scheme]) => [name, source({ scheme, schema })] as const)
  return createWorld({
    config: defineConfig(() => ({
      sources: Object.fromEntries(declared),
      destinations: {},
      routes: [],
      keys: [{ name: 'admin', token: ADMIN, scopes: ['operate'] }],
    })),
  })
}

/** Sends a request to a gateway. */
export function send(world: World, sent: Sent): Promise<Response> {
  const { method, path, body } = sent
  return world.request(path, { method, headers: headersOf(sent), ...(method === 'GET' ? {} : { body }) })
}

const REQUEST_ID = /,"instance":"urn:sluice:request:[^"]*"/
const REQUEST_HEADERS = ['x-request-id', 'traceresponse']

/** The status and the body of an answer, without the request's own id. */
export async function answerOf(response: Response): Promise<readonly [status: number, text: string]> {
  return [response.status, (await response.text()).replace(REQUEST_ID, '')]
}

/** The headers of an answer, without those of the request itself. */
function lastingHeaders({ headers }: Response): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => !REQUEST_HEADERS.includes(name))
}

/** Counts what a gateway has stored. */
export async function storedEvents(world: World): Promise<number> {
  const response = await world.request('/v1/events', { headers: { authorization: `Bearer ${ADMIN}` } })
  return ((await response.json()) as { readonly events: readonly unknown[] }).events.length
}

/** Plays what must hold for every sender. */
export function playSender(sender: Sender): void {
  const { name, right, rotating, other, sign, signsTime, signsMessage } = sender

  describe(`requests of ${name}`, () => {
    let world: World
    beforeAll(async () => {
      world = await worldOf({ right, rotating, other })
    })
    afterAll(() => world?.stop())

    test('are taken, and a repeat gets the first answer and creates nothing', async () => {
      const sent = await sign(PATH, NOW_MS)
      const before = await storedEvents(world)
      const first = await send(world, sent)
      expect(first.status).toBe(202)
      const text = await first.text()
      if (!signsMessage) return expect(await storedEvents(world)).toBe(before + 1)
      // The last one is of somebody who captured the request, and hopes that it counts as a new one.
      const forged = withHeader(withHeader(sent, 'idempotency-key', 'forged'), 'x-github-delivery', 'forged')
      for (const again of [sent, withHeader(sent, 'idempotency-key', 'other'), forged]) {
        const repeated = await send(world, again)
        expect([repeated.status, await repeated.text()]).toEqual([202, text])
      }
      expect(await storedEvents(world)).toBe(before + 1)
    })

    test('are taken while the secret is being replaced', async () => {
      expect((await send(world, await sign('/webhooks/rotating', NOW_MS))).status).toBe(202)
    })

    if (signsTime) {
      test.each([-TOLERANCE_MS, TOLERANCE_MS])('are taken %d ms off', async (offMs) => {
        expect((await send(world, await sign(PATH, NOW_MS + offMs))).status).toBe(202)
      })
    }

    test.each(wrongOnes(sender))('are refused with the one answer: %s', async (_, make) => {
      const before = await storedEvents(world)
      const response = await send(world, await make())
      expect(await answerOf(response)).toEqual([401, UNAUTHENTICATED])
      const nobody = await send(world, { method: 'POST', path: PATH, headers: [], body: '' })
      expect(lastingHeaders(response)).toEqual(lastingHeaders(nobody))
      expect(await storedEvents(world)).toBe(before)
    })
  })
}

type Wrong = readonly [name: string, make: () => Promise<Sent> | Sent]

function wrongOnes({ sign, needs, signature, signsTime, signsMessage, wrong = {} }: Sender): Wrong[] {
  const changed = (name: string, change: (sent: Sent) => Sent): Wrong => [
    name,
    async () => change(await sign(PATH, NOW_MS)),
  ]
  const signed = (name: string, change: (text: string) => string): Wrong =>
    changed(name, (sent) => withHeader(sent, signature, change(headerOf(sent, signature))))
  return [
    ['another secret', () => sign('/webhooks/other', NOW_MS)],
    ...needs.map((header) => changed(`no ${header}`, (sent) => without(sent, header))),
    ...needs.map((header) => changed(`an empty ${header}`, (sent) => withHeader(sent, header, ''))),
    signed('a signature cut short', (text) => text.slice(0, -4)),
    signed('a signature changed in the middle', (text) => changedAt(text, Math.floor(text.length * 0.7))),
    signed('a signature with more at its end', (text) => `${text}AAAA`),
    signed('no signature but its name', (text) => /^(?:sha256=|v0=|v1a?,)/.exec(text)?.[0] ?? '='),
    signed('words for a signature', () => 'this is no signature'),
    signed('a very long signature', (text) => text + 'A'.repeat(5000)),
    ...(signsMessage
      ? [
          changed('another body', (sent) => withBody(sent, sent.body.replace('ada@', 'eve@'))),
          changed('a body with a newline more', (sent) => withBody(sent, `${sent.body}\n`)),
          changed('an empty body', (sent) => withBody(sent, '')),
        ]
      : []),
    ...(signsTime
      ? ([
          ['too old', () => sign(PATH, NOW_MS - TOLERANCE_MS - 1000)],
          ['too far in the future', () => sign(PATH, NOW_MS + TOLERANCE_MS + 1000)],
        ] as const)
      : []),
    ...Object.entries(wrong),
  ]
}
