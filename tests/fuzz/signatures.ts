import { standardWebhooks } from '@sluice/gateway'
import { signSigV4 } from '@sluice/sigv4'
import { verifySigV4 } from '@sluice/sigv4/verify'
import { Webhook } from 'standardwebhooks'

import { type HttpMessage, readMessage, writeMessage } from './http-message.ts'
import { bytesOf, type Target } from './target.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12, 30, 15)
const scope = { region: 'eu-north-1', service: 'execute-api' }
const key = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret' }
const URL_SIGNED = 'https://api.example.com/v1/contacts/%20a?b=%2B%20c&a=1&a='
const BODY = new TextEncoder().encode('{"data":{"email":"asa@example.se"},"group_key":"1"}')

const SIGV4_TOKENS = [
  'AWS4-HMAC-SHA256', 'Credential=', 'SignedHeaders=', 'Signature=', 'host;x-amz-date', ';', ',', '=', '/', '//', '/./', '/../', '%2F', '%', '%20', '+', '&', '?', '#', '&a=1', 'a',
  'X-Amz-Expires=60', 'X-Amz-Signature=', 'x-amz-date: 20261122T123015Z\n', 'x-a: b\n', 'host: api.example.com\n', 'x-amz-content-sha256: UNSIGNED-PAYLOAD\n', 'authorization: \n', '20261122',
  'eu-west-1', 's3', 'aws4_request', 'GET', 'POST ', '\n', '\n\n', ' ', '  ', '\t', '\u0000', 'å', '0', 'F',
] // prettier-ignore

const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`
const WEBHOOK_TOKENS = ['v1,', ' v1,AAAA', 'v1a,', 'v2,', ' ', ',', '.', '=', '0', '9', '-', '1e9', 'webhook-id: a\n', 'webhook-timestamp: 0\n', 'webhook-signature: v1,\n', '\n', '\n\n'] // prettier-ignore

/** The verifiers of signatures. Nobody forges a signature by chance: what is accepted must say what was signed. */
export async function signatureTargets(): Promise<readonly Target[]> {
  const signed = await signedMessages()
  const scheme = standardWebhooks(WEBHOOK_SECRET)
  return [
    {
      name: 'verifySigV4',
      corpus: signed.map(writeMessage),
      tokens: SIGV4_TOKENS,
      run(input) {
        const message = readMessage(input)
        const lookupKey = (id: string) => (id === key.accessKeyId ? key : null)
        return verifySigV4(message, message.body, lookupKey, { ...scope, nowMs: NOW_MS, form: 'either' })
      },
      judge: (input, verdict) =>
        verdict.accepted && !signed.some((message) => saysTheSame(message, readMessage(input)))
          ? 'accepts what was not signed'
          : null,
    },
    {
      name: 'standardWebhooks',
      corpus: [writeMessage(signedWebhook())],
      tokens: WEBHOOK_TOKENS,
      run: (input) => scheme.verify(readMessage(input), NOW_MS),
      judge: (input, verdict) =>
        verdict.accepted && !isSignedWebhook(readMessage(input)) ? 'accepts what was not signed' : null,
    },
  ]
}

async function signedMessages(): Promise<HttpMessage[]> {
  const unsigned = { method: 'POST', url: URL_SIGNED, headers: { 'x-trace': 'a  b', accept: '*/*' }, body: BODY }
  const forms = ['header', 'query'] as const
  return Promise.all(
    forms.map(async (form) => {
      const signed = await signSigV4(unsigned, key, { ...scope, nowMs: NOW_MS, form })
      return { method: 'POST', url: signed.url, headers: new Headers(signed.headers), body: BODY }
    }),
  )
}

/** Compares what two requests ask for, by the parsers of the platform. */
function saysTheSame(signed: HttpMessage, received: HttpMessage): boolean {
  const covered = [...signed.headers.keys()].filter((name) => name !== 'authorization')
  return JSON.stringify(meaningOf(signed, covered)) === JSON.stringify(meaningOf(received, covered))
}

function meaningOf({ method, url, headers, body }: HttpMessage, covered: readonly string[]): unknown {
  const { host, pathname, searchParams } = new URL(url, 'https://api.example.com')
  const query = [...searchParams].map((pair) => JSON.stringify(pair)).toSorted()
  const values = covered.map((name) => headers.get(name)?.trim().replaceAll(/\s+/g, ' '))
  const path = pathname.replaceAll(/\/+/g, '/')
  return [method, headers.get('host') ?? host, path, query, values, Buffer.from(body).toString('base64')]
}

function signedWebhook(): HttpMessage {
  const body = bytesOf('{"type":"contact.created"}')
  const at = new Date(NOW_MS)
  const signature = new Webhook(WEBHOOK_SECRET).sign('msg_1', at, new TextDecoder().decode(body))
  const headers = new Headers({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(NOW_MS / 1000)),
    'webhook-signature': `v1,bm9uZQ== ${signature}`,
  })
  return { method: 'POST', url: '/webhooks/demo', headers, body: new Uint8Array(body) }
}

function isSignedWebhook({ headers, body }: HttpMessage): boolean {
  const at = new Date(Number(headers.get('webhook-timestamp')) * 1000)
  const id = headers.get('webhook-id') ?? ''
  const [, expected = ''] = new Webhook(WEBHOOK_SECRET).sign(id, at, new TextDecoder().decode(body)).split(',')
  // As the library of the specification reads an entry: a version, a signature, and whatever may follow a second comma.
  const given = (headers.get('webhook-signature') ?? '').split(' ').map((entry) => entry.split(','))
  // Base64 without its padding says the same bytes.
  return given.some(
    ([version, encoded = '']) =>
      version === 'v1' && Buffer.from(encoded, 'base64').equals(Buffer.from(expected, 'base64')),
  )
}
