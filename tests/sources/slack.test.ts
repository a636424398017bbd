import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { slack } from '@sluice/gateway'
import { answerOf, NOW_MS, playSender, send, storedEvents, UNAUTHENTICATED, worldOf } from './play-sender.ts'
import { doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack */
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const EXAMPLE = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
} as const
const OTHER = 'another signing secret of Slack'
const RIGHT = '/webhooks/right'

/** Signs as the documentation does, step by step. */
function signed(path: string, atMs: number, body = eventAt(atMs)): Sent {
  const timestamp = String(Math.floor(atMs / 1000))
  const signature = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex')
  return jsonPost(path, { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` }, body)
}

function eventAt(atMs: number): string {
  return `{"type":"event_callback","event_id":"Ev${atMs}","event":{"type":"message","text":"ada@example.com"}}`
}

const changed = (header: string, change: (value: string) => string) => () => {
  const sent = signed(RIGHT, NOW_MS)
  return withHeader(sent, header, change(headerOf(sent, header)))
}

playSender({
  name: 'Slack',
  right: slack({ secrets: [SECRET] }),
  rotating: slack({ secrets: [OTHER, SECRET] }),
  other: slack({ secrets: [OTHER] }),
  sign: signed,
  needs: ['x-slack-signature', 'x-slack-request-timestamp'],
  signature: 'x-slack-signature',
  signsTime: true,
  signsMessage: true,
  wrong: {
    'another time': changed('x-slack-request-timestamp', (time) => String(Number(time) + 1)),
    'a time that is none': changed('x-slack-request-timestamp', () => 'now'),
    'a time in milliseconds': changed('x-slack-request-timestamp', (time) => `${time}000`),
    'the time twice': () => doubled(signed(RIGHT, NOW_MS), 'x-slack-request-timestamp'),
    'the signature twice': () => doubled(signed(RIGHT, NOW_MS), 'x-slack-signature'),
    'another version': changed('x-slack-signature', (signature) => signature.replace('v0=', 'v1=')),
    'no version': changed('x-slack-signature', (signature) => signature.replace('v0=', '')),
  },
})

describe('a request of Slack', () => {
  test('is the example of its documentation', async () => {
    const headers = new Headers({
      'x-slack-request-timestamp': EXAMPLE.timestamp,
      'x-slack-signature': EXAMPLE.signature,
    })
    const body = new TextEncoder().encode(EXAMPLE.body)
    const atMs = Number(EXAMPLE.timestamp) * 1000
    const request = { method: 'POST', url: 'http://a.test/', headers, body }
    expect(await slack({ secrets: [SECRET] }).verify(request, atMs)).toMatchObject({ messageId: null })
  })

  test('is known again by its event id, when it is signed anew', async () => {
    const world = await worldOf({ right: slack({ secrets: [SECRET] }) })
    const first = await send(world, signed(RIGHT, NOW_MS - 60_000, eventAt(1)))
    const again = await send(world, withHeader(signed(RIGHT, NOW_MS, eventAt(1)), 'x-slack-retry-num', '1'))
    expect([again.status, await again.text()]).toEqual([202, await first.text()])
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })
})

describe('the challenge of Slack', () => {
  const body = '{"token":"t","challenge":"3eZbrw1a<b>","type":"url_verification"}'

  test('is answered once it was verified, and stored nowhere', async () => {
    const world = await worldOf({ right: slack({ secrets: [SECRET] }) })
    const response = await send(world, signed(RIGHT, NOW_MS, body))
    expect([response.status, await response.json()]).toEqual([200, { challenge: '3eZbrw1a<b>' }])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await storedEvents(world)).toBe(0)
    world.stop()
  })

  test('is not answered to anybody else', async () => {
    const world = await worldOf({ right: slack({ secrets: [SECRET] }) })
    const forged = withHeader(signed(RIGHT, NOW_MS, body), 'x-slack-signature', `v0=${'0'.repeat(64)}`)
    const response = await send(world, forged)
    expect(await answerOf(response)).toEqual([401, UNAUTHENTICATED])
    world.stop()
  })

  test('is an event where it is no challenge after all', async () => {
    const world = await worldOf({ right: slack({ secrets: [SECRET] }) })
    for (const other of ['{"type":"url_verification"}', '{"type":"other","challenge":"a"}', '["url_verification"]']) {
      expect((await send(world, signed(RIGHT, NOW_MS, other))).status).toBe(202)
    }
    world.stop()
  })
})
