import { createHmac } from 'node:crypto'
import {
  clientCertificate,
  httpMessageSignatures,
  hubspot,
  type Scheme,
  sigV4,
  slack,
  stripe,
  twilio,
} from '@sluice/gateway'
import { signSigV4 } from '@sluice/sigv4'
import twilioLibrary from 'twilio'
import { RFC_CREATED_MS, RFC_EXAMPLES } from '../sources/rfc9421-keys.ts'
import { type HttpMessage, readMessage, writeMessage } from './http-message.ts'
import { bytesOf, type Target } from './target.ts'

const SECRET = 'a secret of the sender'
const PUBLIC_URL = 'https://hooks.example.com'
const TARGET = '/webhooks/a?b=c%20d&e='
const HASH = 'ab'.repeat(32)
const NOW_MS = RFC_CREATED_MS
const JSON_BODY = '{"email":"ada@example.com"}'
const FORM = 'From=%2B4670&Body=a+b&Media=1&Media=2'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const TOKENS = [
  't=', ',v1=', ',', ';', ';key="a"', ';name="b"', ';req', ';sf', '"', '(', ')', '()', '=', ':', '::', ' ', '\t', '\n', '\n\n', '@query', '@authority', '@path', '"@method"', '%', '%27', '%ZZ', '+', '&', '?', '#', '/', '//', '..',
  '0', '9', '-1', '1e9', 'v0=', 'sha-256=:AAAA:', 'sha-512=', 'Hash=', `Hash=${HASH}`, 'bodySHA256=', 'å', '\u0000', 'content-type: application/json\n', 'signature: \n', 'signature-input: \n', ';created=1', ';expires=0', ';alg="ed25519"', 'keyid="constructor"',
] // prettier-ignore

/** The verifiers of sources that read more than one header as it is. What is accepted must say what was signed. */
export async function sourceTargets(): Promise<readonly Target[]> {
  const seconds = String(NOW_MS / 1000)
  const full = RFC_EXAMPLES.find(({ name }) => name.startsWith('B.2.3'))
  if (full === undefined) throw new Error('there is no such example')
  return [
    target(
      'httpMessageSignatures',
      httpMessageSignatures({ keys: [full.key], publicUrl: full.publicUrl }),
      message(full.target, full.headers, full.body),
      ['date', 'content-type', 'content-digest', 'content-length'],
    ),
    target(
      'stripe',
      stripe({ secrets: [SECRET] }),
      message(TARGET, { 'stripe-signature': `t=${seconds},v1=00,v1=${hex(`${seconds}.${JSON_BODY}`)}` }, JSON_BODY),
    ),
    target(
      'slack',
      slack({ secrets: [SECRET] }),
      message(
        TARGET,
        { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${hex(`v0:${seconds}:${JSON_BODY}`)}` },
        JSON_BODY,
      ),
      ['x-slack-request-timestamp'],
    ),
    target(
      'hubspot',
      hubspot({ secrets: [SECRET], publicUrl: PUBLIC_URL }),
      message(
        TARGET,
        {
          'x-hubspot-request-timestamp': String(NOW_MS),
          'x-hubspot-signature-v3': createHmac('sha256', SECRET)
            .update(`POST${PUBLIC_URL}${TARGET}${JSON_BODY}${NOW_MS}`)
            .digest('base64'),
        },
        JSON_BODY,
      ),
      ['x-hubspot-request-timestamp'],
    ),
    {
      ...target(
        'twilio',
        twilio({ secrets: [SECRET], publicUrl: PUBLIC_URL }),
        message(TARGET, { 'content-type': FORM_TYPE, 'x-twilio-signature': twilioSignature() }, FORM),
      ),
      judge: (input, verdict) =>
        verdict.accepted && letters(readMessage(input)) !== letters(message(TARGET, {}, FORM))
          ? 'accepts what was not signed'
          : null,
    },
    {
      name: 'clientCertificate',
      corpus: [
        writeMessage(
          message(TARGET, { 'x-proxy': SECRET, 'x-forwarded-client-cert': `By=a;Hash=${HASH};Subject="b;,c"` }, ''),
        ),
      ],
      tokens: TOKENS,
      run: (input) => verify(certificates, readMessage(input)),
      judge: (input, verdict) =>
        verdict.accepted && readMessage(input).headers.get('x-proxy') !== SECRET ? 'believes no proxy' : null,
    },
    target('sigV4', sigV4({ ...SCOPE, publicUrl: PUBLIC_URL, keys: [KEY] }), await signedForAws(), ['x-amz-date']),
  ]
}

const certificates = clientCertificate({
  proxy: { header: 'x-proxy', secrets: [SECRET] },
  fingerprints: [HASH],
  form: 'xfcc',
})
const SCOPE = { region: 'eu-north-1', service: 'execute-api' }
const KEY = { accessKeyId: 'AKIDSENDER', secretAccessKey: 'a-secret-access-key' }

async function signedForAws(): Promise<HttpMessage> {
  const request = { method: 'POST', url: `${PUBLIC_URL}${TARGET}`, body: JSON_BODY }
  const { headers } = await signSigV4(request, KEY, { ...SCOPE, nowMs: NOW_MS })
  return message(TARGET, { ...headers }, JSON_BODY)
}

const hex = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex')

function twilioSignature(): string {
  const parameters = { From: '+4670', Body: 'a b', Media: ['1', '2'] }
  return twilioLibrary.getExpectedTwilioSignature(SECRET, `${PUBLIC_URL}${TARGET}`, parameters)
}

function message(url: string, headers: Readonly<Record<string, string>>, body: string): HttpMessage {
  return { method: 'POST', url, headers: new Headers(headers), body: new Uint8Array(bytesOf(body)) }
}

function verify(scheme: Scheme, sent: HttpMessage) {
  return scheme.verify(sent, NOW_MS)
}

/** @param covered - Headers that are signed; method, path, query and body are. */
function target(name: string, scheme: Scheme, signed: HttpMessage, covered: readonly string[] = []): Target {
  const addressOf = name === 'sigV4' ? canonical : decoded
  const signsAddress = !['stripe', 'slack'].includes(name)
  const meaning = ({ method, url, headers, body }: HttpMessage) =>
    JSON.stringify([
      signsAddress ? [method, addressOf(url)] : [],
      covered.map((header) => headers.get(header)?.trim()),
      Buffer.from(body).toString('base64'),
    ])
  return {
    name,
    corpus: [writeMessage(signed)],
    tokens: TOKENS,
    run: (input) => verify(scheme, readMessage(input)),
    judge: (input, verdict) =>
      verdict.accepted && meaning(readMessage(input)) !== meaning(signed) ? 'accepts what was not signed' : null,
  }
}

/** Path and query without what HubSpot decodes, and without what never is in an address. */
function decoded(url: string): string {
  const bare = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '')
  const rooted = bare.startsWith('/') ? bare : `/${bare}`
  return rooted.replaceAll(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped))
}

/** What Signature Version 4 makes of an address: slashes and parameters in a row, in one order and one spelling. */
function canonical(url: string): string {
  const { pathname, searchParams } = new URL(decoded(url).replace(/^\/*/, '/'), PUBLIC_URL)
  return JSON.stringify([pathname.replaceAll(/\/+/g, '/'), [...searchParams].map(String).toSorted()])
}

/** Every letter of the address and of a form, in no order: Twilio signs names and values without anything between them. */
function letters({ url, body }: HttpMessage): string {
  const pairs = [...new URLSearchParams(Buffer.from(body).toString())].flat()
  return [decoded(url), ...pairs].join('').split('').toSorted().join('')
}
