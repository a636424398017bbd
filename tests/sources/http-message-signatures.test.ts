import { describe, expect, test } from 'bun:test'
import { constants, createHash, createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto'
import { httpMessageSignatures, type MessageKey } from '@sluice/gateway'
import { appendSignature, component, createSignature, type SignatureComponent } from 'http-message-sig'
import {
  answerOf,
  NOW_MS,
  playSender,
  PUBLIC_URL,
  send,
  storedEvents,
  UNAUTHENTICATED,
  worldOf,
} from './play-sender.ts'
import { RFC_CREATED_MS, RFC_EXAMPLES } from './rfc9421-keys.ts'
import { headerOf, headersOf, jsonPost, type Sent, withBody, withHeader, without } from './sent.ts'

const BODY = '{"email":"ada@example.com","name":"Åsa"}'
const RIGHT = '/webhooks/right'
const COVERED: readonly SignatureComponent[] = ['@method', '@target-uri', 'content-digest', 'content-type']

/** Another's library builds what is signed, and the crypto module of Node signs it. */
interface Signer {
  readonly algorithm: MessageKey['algorithm']
  readonly sign: (content: Uint8Array) => Uint8Array
  readonly key: MessageKey
}

const secret = Buffer.from('a shared secret of at least 32 bytes, here')
const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' })
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' })

function signers(): readonly Signer[] {
  const ed25519 = generateKeyPairSync('ed25519')
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
  const keyId = 'sender'
  return [
    {
      algorithm: 'hmac-sha256',
      sign: (content) => createHmac('sha256', secret).update(content).digest(),
      key: { keyId, algorithm: 'hmac-sha256', secretBase64: secret.toString('base64') },
    },
    {
      algorithm: 'ed25519',
      sign: (content) => signBytes(null, content, ed25519.privateKey),
      key: { keyId, algorithm: 'ed25519', publicKey: pemOf(ed25519.publicKey) },
    },
    {
      algorithm: 'ecdsa-p256-sha256',
      sign: (content) => signBytes('sha256', content, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' }),
      key: { keyId, algorithm: 'ecdsa-p256-sha256', publicKey: pemOf(p256.publicKey) },
    },
    {
      algorithm: 'rsa-pss-sha512',
      sign: (content) => signBytes('sha512', content, pss),
      key: { keyId, algorithm: 'rsa-pss-sha512', publicKey: { ...jwkOf(rsa.publicKey), alg: 'PS512', use: 'sig' } },
    },
    {
      algorithm: 'rsa-v1_5-sha256',
      sign: (content) => signBytes('sha256', content, rsa.privateKey),
      key: { keyId, algorithm: 'rsa-v1_5-sha256', publicKey: pemOf(rsa.publicKey) },
    },
  ]
}

interface Changes {
  readonly components?: readonly SignatureComponent[]
  readonly parameters?: Readonly<Record<string, string | number | undefined>>
  readonly method?: string
  readonly url?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly label?: string
}

const digestOf = (body: string, hash = 'sha256', name = 'sha-256') =>
  `${name}=:${createHash(hash).update(body).digest('base64')}:`

async function signed({ algorithm, sign }: Signer, path: string, atMs: number, changes: Changes = {}): Promise<Sent> {
  const { components = COVERED, body = BODY, method = 'POST', url = `${PUBLIC_URL}${path}`, label = 'sig1' } = changes
  const headers = { 'content-digest': digestOf(body), ...changes.headers }
  const plain = jsonPost(path, headers, body)
  const fields = [...headersOf(plain)].map(([name, value]) => ({ name, value }))
  const parameters = { created: Math.floor(atMs / 1000), keyid: 'sender', ...changes.parameters }
  const { signature, signatureInput } = await createSignature(
    { kind: 'request', method, targetUri: url, fields },
    { label, components, parameters, signer: { algorithm, sign } },
  )
  return { ...plain, headers: [...plain.headers, ['signature-input', signatureInput], ['signature', signature]] }
}

const scheme = (...keys: readonly MessageKey[]) => httpMessageSignatures({ keys, publicUrl: PUBLIC_URL })
const ALL = signers()
const STRANGERS = signers()

for (const [index, signer] of ALL.entries()) {
  const stranger = STRANGERS[index] ?? signer
  const other: MessageKey =
    signer.algorithm === 'hmac-sha256'
      ? { keyId: 'sender', algorithm: 'hmac-sha256', secretBase64: Buffer.alloc(32, 1).toString('base64') }
      : stranger.key
  const at = (changes: Changes, atMs = NOW_MS) => signed(signer, RIGHT, atMs, changes)
  const changed = (header: string, change: (value: string) => string) => async () => {
    const sent = await at({})
    return withHeader(sent, header, change(headerOf(sent, header)))
  }
  const another = signer.algorithm === 'ed25519' ? 'hmac-sha256' : 'ed25519'
  playSender({
    name: `a signer of HTTP messages by ${signer.algorithm}`,
    right: scheme(signer.key),
    rotating: scheme(other, signer.key),
    other: scheme(other),
    sign: (path, atMs) => signed(signer, path, atMs),
    needs: ['signature', 'signature-input', 'content-digest', 'content-type'],
    signature: 'signature',
    signsTime: true,
    signsMessage: true,
    wrong: {
      'signed for another host': () => at({ url: `https://other.example.com/in${RIGHT}` }),
      'signed for another path': () => at({ url: `${PUBLIC_URL}/webhooks/other` }),
      'signed for another query': async () => ({ ...(await at({})), path: `${RIGHT}?a=1` }),
      'signed for another method': () => at({ method: 'PUT' }),
      'no method covered': () => at({ components: ['@target-uri', 'content-digest'] }),
      'no address covered': () => at({ components: ['@method', 'content-digest'] }),
      'no path covered': () => at({ components: ['@method', '@authority', 'content-digest'] }),
      'no body covered': () => at({ components: ['@method', '@target-uri'] }),
      'a member of the digest alone covered': () =>
        at({ components: ['@method', '@target-uri', component('content-digest', { key: 'sha-256' })] }),
      'a digest of another body': () => at({ headers: { 'content-digest': digestOf('{}') } }),
      'one digest of two that is of another body': () =>
        at({ headers: { 'content-digest': `${digestOf(BODY)}, ${digestOf('{}', 'sha512', 'sha-512')}` } }),
      'a digest that nobody believes': () => at({ headers: { 'content-digest': digestOf(BODY, 'md5', 'md5') } }),
      'a digest that is none': () => at({ headers: { 'content-digest': 'sha-256=1' } }),
      'another covered header': changed('content-type', () => 'application/xml'),
      'a key that nobody has': () => at({ parameters: { keyid: 'constructor' } }),
      'no key': () => at({ parameters: { keyid: undefined } }),
      'no time': () => at({ parameters: { created: undefined } }),
      'an expired signature': () => at({ parameters: { expires: NOW_MS / 1000 - 1 } }),
      'another algorithm by its name': changed('signature-input', (input) => `${input};alg="${another}"`),
      'a parameter more': changed('signature-input', (input) => `${input};nonce="a"`),
      'another label': changed('signature-input', (input) => input.replace('sig1', 'sig2')),
      'components in another order': changed('signature-input', (input) =>
        input.replace('"@method" "@target-uri"', '"@target-uri" "@method"'),
      ),
      'a component that does not exist': changed('signature-input', (input) => input.replace('"@method"', '"@status"')),
      'a component of a response': changed('signature-input', (input) => input.replace('"@method"', '"@method";req')),
      'a component twice': changed('signature-input', (input) => input.replace('"@method"', '"@method" "@method"')),
      'its label twice, the wrong one last': changed('signature', (signature) => `${signature}, sig1=:AAAA:`),
      'a signature that is a text': changed('signature', () => 'sig1="text"'),
      'the right one after four others': async () => {
        const sent = await at({ label: 'last' })
        const labels = ['a', 'b', 'c', 'd']
        const input = headerOf(sent, 'signature-input').slice('last='.length)
        const inputs = labels.map((label) => `${label}=${input}`).join(', ')
        const signatures = labels.map((label) => `${label}=:AAAA:`).join(', ')
        const before = withHeader(sent, 'signature-input', `${inputs}, ${headerOf(sent, 'signature-input')}`)
        return withHeader(before, 'signature', `${signatures}, ${headerOf(sent, 'signature')}`)
      },
    },
  })
}

describe('the examples of RFC 9421', () => {
  const verify = ({ key, publicUrl, method, target, headers, body, required }: (typeof RFC_EXAMPLES)[number]) =>
    httpMessageSignatures({ keys: [key], publicUrl, ...(required === undefined ? {} : { required }) }).verify(
      {
        method,
        url: `http://127.0.0.1:8787${target}`,
        headers: new Headers(headers),
        body: new TextEncoder().encode(body),
      },
      RFC_CREATED_MS,
    )

  test.each(RFC_EXAMPLES.map((example) => [example.name, example] as const))('%s, is accepted', async (_, example) => {
    expect(await verify(example)).toMatchObject({ messageId: null })
  })

  test.each(RFC_EXAMPLES.map((example) => [example.name, example] as const))(
    '%s, is refused where anything of it is changed',
    async (_, example) => {
      const input = example.headers['signature-input'] ?? ''
      const changes: readonly Partial<(typeof RFC_EXAMPLES)[number]>[] = [
        { headers: { ...example.headers, 'signature-input': input.replace('1618884473', '1618884474') } },
        { headers: { ...example.headers, signature: (example.headers['signature'] ?? '').replace(/=:(.)/, '=:/') } },
        ...(input.includes('@authority') ? [{ publicUrl: 'https://example.net' }] : []),
        ...(input.includes('@method') ? [{ method: 'PATCH' }] : []),
        ...(input.includes('@path') ? [{ target: example.target.replace('?', 's?') }] : []),
        ...(input.includes('@query') ? [{ target: example.target.replace('=dog', '=cat') }] : []),
        ...(example.body === '' ? [] : [{ body: example.body.replace('hello', 'hullo') }]),
      ]
      for (const change of changes) {
        const refused = await Promise.resolve(verify({ ...example, ...change })).catch((error: unknown) => error)
        expect(refused).toMatchObject({ name: 'VerifyError' })
      }
    },
  )
})

describe('a message that is signed', () => {
  const [hmacSigner, ed25519Signer] = ALL
  if (hmacSigner === undefined || ed25519Signer === undefined) throw new Error('there are no signers')

  test('may have its address covered in parts', async () => {
    const world = await worldOf({ right: scheme(ed25519Signer.key) })
    const parts: readonly SignatureComponent[] = ['@method', '@authority', '@path', 'content-digest']
    const plain = await signed(ed25519Signer, RIGHT, NOW_MS, { components: parts })
    expect((await send(world, plain)).status).toBe(202)
    const path = `${RIGHT}?a=%20b&c`
    const withQuery = (components: readonly SignatureComponent[]) => signed(ed25519Signer, path, NOW_MS, { components })
    expect((await send(world, await withQuery([...parts, '@query']))).status).toBe(202)
    expect((await send(world, await withQuery(parts))).status).toBe(401)
    world.stop()
  })

  test('may be signed by others too, and have members of its headers covered', async () => {
    const world = await worldOf({ right: scheme(ed25519Signer.key) })
    const byProxy = await signed(hmacSigner, RIGHT, NOW_MS, { label: 'proxy', parameters: { keyid: 'proxy' } })
    const components = [...COVERED, component('signature', { key: 'proxy' })]
    const headers = { signature: headerOf(byProxy, 'signature') }
    const own = await signed(ed25519Signer, RIGHT, NOW_MS, { components, headers, label: 'own' })
    const all = appendSignature(headersOf(byProxy), {
      signature: own.headers.findLast(([name]) => name === 'signature')?.[1] ?? '',
      signatureInput: headerOf(own, 'signature-input'),
    })
    const both: Sent = { ...byProxy, headers: [...all] }
    expect((await send(world, both)).status).toBe(202)
    expect((await send(world, withHeader(both, 'signature', headerOf(byProxy, 'signature')))).status).toBe(401)
    world.stop()
  })

  test('is one event, whichever of its signatures somebody takes away', async () => {
    const world = await worldOf({ right: scheme(hmacSigner.key, ed25519Signer.key) })
    const one = await signed(hmacSigner, RIGHT, NOW_MS, { label: 'one' })
    const other = await signed(ed25519Signer, RIGHT, NOW_MS, { label: 'other' })
    const both = twice(one, other)
    const answers = []
    for (const sent of [both, one, other]) answers.push(await (await send(world, sent)).text())
    expect(new Set(answers).size).toBe(1)
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  const twice = (one: Sent, other: Sent): Sent => ({
    ...one,
    headers: [
      ...appendSignature(headersOf(one), {
        signature: headerOf(other, 'signature'),
        signatureInput: headerOf(other, 'signature-input'),
      }),
    ],
  })
  const KEYED = { components: [...COVERED, 'idempotency-key'], headers: { 'idempotency-key': 'order-1' } } as const

  test.each([
    ['one covers the Idempotency-Key alone', KEYED, NOW_MS],
    ['they are of different times', {}, NOW_MS - 1000],
    ['they are of different times, and one is not yet right', {}, NOW_MS + 301_000],
  ])('is no event where its signatures differ in what it would be known by: %s', async (_, changes, atMs) => {
    const world = await worldOf({ right: scheme(hmacSigner.key, ed25519Signer.key) })
    const one = await signed(hmacSigner, RIGHT, atMs, { ...changes, label: 'one' })
    const other = await signed(ed25519Signer, RIGHT, NOW_MS, { label: 'other' })
    expect(await answerOf(await send(world, twice(one, other)))).toEqual([401, UNAUTHENTICATED])
    expect(await storedEvents(world)).toBe(0)
    expect((await send(world, other)).status).toBe(202)
    world.stop()
  })

  test('is one event where all of its signatures cover its Idempotency-Key, at whatever times', async () => {
    const world = await worldOf({ right: scheme(hmacSigner.key, ed25519Signer.key) })
    const one = await signed(hmacSigner, RIGHT, NOW_MS, { ...KEYED, label: 'one' })
    const other = await signed(ed25519Signer, RIGHT, NOW_MS - 1000, { ...KEYED, label: 'other' })
    const answers = []
    for (const sent of [twice(one, other), one, other]) answers.push(await (await send(world, sent)).text())
    expect(new Set(answers).size).toBe(1)
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  test('is known again by its Idempotency-Key where that is covered, and only there', async () => {
    const world = await worldOf({ right: scheme(ed25519Signer.key) })
    const withKey = (key: string, atMs: number) =>
      signed(ed25519Signer, RIGHT, atMs, {
        components: [...COVERED, 'idempotency-key'],
        headers: { 'idempotency-key': key },
      })
    const first = await send(world, await withKey('order-1', NOW_MS))
    const again = await send(world, await withKey('order-1', NOW_MS - 2000))
    expect([again.status, await again.text()]).toEqual([202, await first.text()])
    const forged = await send(world, withHeader(await withKey('order-1', NOW_MS), 'idempotency-key', 'order-2'))
    expect(await answerOf(forged)).toEqual([401, UNAUTHENTICATED])
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  test('has to cover what is required, and to have the tag, where that is said', async () => {
    const settings = { keys: [ed25519Signer.key], publicUrl: PUBLIC_URL }
    const world = await worldOf({
      right: httpMessageSignatures({ ...settings, required: ['@method', 'x-tenant'], tag: 'contacts' }),
    })
    const sent = (components: readonly SignatureComponent[], tag: string) =>
      signed(ed25519Signer, RIGHT, NOW_MS, { components, parameters: { tag }, headers: { 'x-tenant': 'a' } })
    const enough: readonly SignatureComponent[] = ['@method', 'x-tenant', 'content-digest']
    expect((await send(world, await sent(enough, 'contacts'))).status).toBe(202)
    expect((await send(world, await sent(enough, 'others'))).status).toBe(401)
    expect((await send(world, await sent(['@method', 'content-digest'], 'contacts'))).status).toBe(401)
    expect((await send(world, await sent(['@method', 'x-tenant'], 'contacts'))).status).toBe(401)
    world.stop()
  })

  test('that covers no body has none', async () => {
    const components: readonly SignatureComponent[] = ['@method', '@target-uri']
    const sent = without(await signed(ed25519Signer, RIGHT, NOW_MS, { components, body: '' }), 'content-digest')
    const verify = (body: string) =>
      scheme(ed25519Signer.key).verify(
        {
          method: 'POST',
          url: `http://a.test${RIGHT}`,
          headers: headersOf(sent),
          body: new TextEncoder().encode(body),
        },
        NOW_MS,
      )
    expect(await verify('')).toMatchObject({ messageId: null })
    expect(await Promise.resolve(verify(withBody(sent, BODY).body)).catch((error: unknown) => error)).toMatchObject({
      code: 'AUTH_REJECTED',
    })
  })
})
