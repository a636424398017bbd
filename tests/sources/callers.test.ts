import { describe, expect, test } from 'bun:test'
import { createHash, X509Certificate } from 'node:crypto'
import { apiKey, basic, bearer, clientCertificate, type Scheme, unverified } from '@sluice/gateway'
import { formatBasicAuth } from '@sluice/basic-auth'
import { playSender, send, storedEvents, worldOf } from './play-sender.ts'
import { doubled, jsonPost, type Sent, withHeader, without } from './sent.ts'

/** Schemes that tell who sends, and sign no message. */

const BODY = '{"email":"ada@example.com"}'
const RIGHT = '/webhooks/right'
const post = (headers: Readonly<Record<string, string>>, path = RIGHT): Sent => jsonPost(path, headers, BODY)

interface Caller {
  readonly name: string
  readonly scheme: (...secrets: readonly string[]) => Scheme
  readonly header: string
  /** What the sender sends; written by hand, or by what curl and others use. */
  readonly value: string
  readonly wrong: Readonly<Record<string, string>>
}

const SECRET = 'a-secret-of-the-caller'
const OTHER = 'another-secret-of-it'
/** `printf 'sender:a-secret-of-the-caller' | base64` */
const LOGIN = 'Basic c2VuZGVyOmEtc2VjcmV0LW9mLXRoZS1jYWxsZXI='

const CALLERS: readonly Caller[] = [
  {
    name: 'a caller with a bearer token',
    scheme: bearer,
    header: 'authorization',
    value: `Bearer ${SECRET}`,
    wrong: {
      'another scheme': `Basic ${SECRET}`,
      'the token alone': SECRET,
      'two tokens': `Bearer ${SECRET} ${SECRET}`,
    },
  },
  {
    name: 'a caller with a login',
    scheme: (...secrets) => basic(...secrets.map((password) => ({ user: 'sender', password }))),
    header: 'authorization',
    value: LOGIN,
    wrong: {
      'another user': formatBasicAuth({ user: 'Sender', password: SECRET }),
      'another scheme': LOGIN.replace('Basic', 'Bearer'),
      'not encoded': `Basic sender:${SECRET}`,
    },
  },
  {
    name: 'a caller with a key',
    scheme: (...keys) => apiKey({ keys }),
    header: 'x-api-key',
    value: SECRET,
    wrong: { 'in other letters': SECRET.toUpperCase(), 'as a bearer token': `Bearer ${SECRET}` },
  },
]

for (const { name, scheme, header, value, wrong } of CALLERS) {
  playSender({
    name,
    right: scheme(SECRET),
    rotating: scheme(OTHER, SECRET),
    other: scheme(OTHER),
    sign: (path) => post({ [header]: value }, path),
    needs: [header],
    signature: header,
    signsTime: false,
    signsMessage: false,
    wrong: {
      'the header twice': () => doubled(post({ [header]: value }), header),
      ...Object.fromEntries(Object.entries(wrong).map(([what, text]) => [what, () => post({ [header]: text })])),
    },
  })
}

describe('a caller who is known', () => {
  test('is believed its Idempotency-Key', async () => {
    const world = await worldOf({ right: apiKey({ header: 'x-token', keys: [SECRET] }) })
    const sent = (key: string) => post({ 'x-token': SECRET, 'idempotency-key': key })
    for (const key of ['1', '2', '1']) expect((await send(world, sent(key))).status).toBe(202)
    expect(await storedEvents(world)).toBe(2)
    world.stop()
  })
})

/** The certificate of RFC 9440 appendix A, as `Client-Cert` has it. */
const CERTIFICATE =
  'MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk='
const FINGERPRINT = new X509Certificate(Buffer.from(CERTIFICATE, 'base64')).fingerprint256
const HEX = FINGERPRINT.replaceAll(':', '').toLowerCase()
const OTHER_FINGERPRINT = createHash('sha256').update('another').digest('hex')
const PROXY = { 'x-proxy-secret': SECRET }

interface Shown {
  readonly form: 'client-cert' | 'fingerprint' | 'xfcc'
  readonly header: string
  readonly value: string
  readonly wrong: Readonly<Record<string, string>>
}

const SHOWN: readonly Shown[] = [
  {
    form: 'client-cert',
    header: 'client-cert',
    value: `:${CERTIFICATE}:`,
    wrong: {
      'without colons': CERTIFICATE,
      'another certificate': `:${btoa('another')}:`,
      'two of them': `:${CERTIFICATE}:, :${CERTIFICATE}:`,
      nothing: '::',
      'its fingerprint': HEX,
    },
  },
  {
    form: 'fingerprint',
    header: 'x-client-cert-sha256',
    value: FINGERPRINT,
    wrong: { 'another fingerprint': OTHER_FINGERPRINT, 'cut short': HEX.slice(0, 40), base64: btoa(HEX) },
  },
  {
    form: 'xfcc',
    header: 'x-forwarded-client-cert',
    value: `By=spiffe://a/b;Hash=${HEX};Subject="/C=SE/CN=a, b; Hash=${OTHER_FINGERPRINT}";URI=`,
    wrong: {
      'another hash': `Hash=${OTHER_FINGERPRINT}`,
      'two elements': `Hash=${OTHER_FINGERPRINT},Hash=${HEX}`,
      'two hashes': `Hash=${OTHER_FINGERPRINT};Hash=${HEX}`,
      'a hash in quotes': `Subject="Hash=${HEX}"`,
      'no hash': 'By=a;Subject="b"',
    },
  },
]

for (const { form, header, value, wrong } of SHOWN) {
  const scheme = (secrets: readonly string[], ...fingerprints: readonly string[]) =>
    clientCertificate({ proxy: { header: 'x-proxy-secret', secrets }, fingerprints, form })
  const shown = (text: string, path?: string) => post({ ...PROXY, [header]: text }, path)
  playSender({
    name: `a proxy that tells of a certificate by ${form}`,
    right: scheme([SECRET], FINGERPRINT),
    rotating: scheme([OTHER, SECRET], OTHER_FINGERPRINT, HEX.toUpperCase()),
    other: scheme([OTHER], FINGERPRINT),
    sign: (path) => shown(value, path),
    needs: ['x-proxy-secret', header],
    signature: 'x-proxy-secret',
    signsTime: false,
    signsMessage: false,
    wrong: {
      'the certificate without the proxy': () => without(shown(value), 'x-proxy-secret'),
      'the proxy without a certificate': () => without(shown(value), header),
      'the secret of another proxy': () => withHeader(shown(value), 'x-proxy-secret', OTHER),
      'the header twice': () => doubled(shown(value), header),
      ...Object.fromEntries(Object.entries(wrong).map(([what, text]) => [what, () => shown(text)])),
    },
  })
}

describe('a source that is not verified', () => {
  test('takes everything, and only where it is said in words', async () => {
    const world = await worldOf({ right: unverified({ iUnderstandThatAnybodyCanPost: true }) })
    expect((await send(world, post({}))).status).toBe(202)
    world.stop()
  })

  test.each([
    ['nothing', {}],
    ['null', null],
    ['another word', { iUnderstandThatAnybodyCanPost: 'yes' }],
    ['a number', { iUnderstandThatAnybodyCanPost: 1 }],
  ])('is none with %s', (_, settings) => {
    const scheme = unverified(settings as { iUnderstandThatAnybodyCanPost: true })
    expect(scheme.faults).toEqual(['it must be said in words: `iUnderstandThatAnybodyCanPost: true`'])
    const request = { method: 'POST', url: 'http://a.test/', headers: new Headers(), body: new Uint8Array() }
    expect(() => scheme.verify(request, 0)).toThrow('it was not said in words')
  })
})

describe('a caller that shows its login only when it is asked for one', () => {
  test.each<[name: string, scheme: Scheme, challenge: string]>([
    ['basic', basic({ user: 'sender', password: SECRET }), 'Basic realm="sluice", charset="UTF-8"'],
    ['bearer', bearer(SECRET), 'Bearer'],
    ['api key', apiKey({ keys: [SECRET] }), 'Bearer'],
  ])('is asked for that of its source, and for a key by the API: %s', async (_, scheme, challenge) => {
    const world = await worldOf({ right: scheme })
    const asked = async (path: string) => {
      const { status, headers } = await world.request(path, { method: path === RIGHT ? 'POST' : 'GET' })
      return [status, headers.get('www-authenticate')]
    }
    expect(await asked(RIGHT)).toEqual([401, challenge])
    expect(await asked('/v1/events')).toEqual([401, 'Bearer'])
    world.stop()
  })
})
