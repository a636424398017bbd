import { describe, expect, test } from 'bun:test'
import * as gateway from '@sluice/gateway'

const { buildConfig, source, z } = gateway

/** Stands in every setting that is wrong, and must not be shown. */
const SHORT = 'hush-hush'
const GOOD = 'a secret that is long enough'
const URL = 'https://hooks.example.com'
const SHORT_FAULT = 'a secret is shorter than 12 characters'
const NONE_FAULT = 'no secret is given: nothing would be accepted'
const URL_FAULT = 'publicUrl must be an absolute http or https URL without query, fragment and user'
const TOLERANCE_FAULT = 'toleranceSeconds must be above 0, and at most 86400'

function faultsOf(
  scheme: gateway.Scheme,
  idempotencyHours = 24,
  options: { readonly idempotencyPath?: string; readonly shardKey?: string; readonly batches?: boolean } = {},
): string {
  const file = () => ({
    sources: { wrong: source({ scheme, schema: z.unknown(), idempotencyHours, ...options }) },
    destinations: {},
    routes: [],
    keys: [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }],
  })
  try {
    buildConfig(file, {})
  } catch (error) {
    return error instanceof Error ? error.message : 'no error'
  }
  return ''
}

const hmac = (settings: Partial<Parameters<typeof gateway.hmac>[0]>) =>
  gateway.hmac({ secrets: [GOOD], algorithm: 'sha256', header: 'x-signature', encoding: 'hex', ...settings })
const messages = (key: gateway.MessageKey, publicUrl = URL) => gateway.httpMessageSignatures({ keys: [key], publicUrl })
const certificate = (secret: string, fingerprint: string) =>
  gateway.clientCertificate({ proxy: { header: 'x-proxy', secrets: [secret] }, fingerprints: [fingerprint] })
const sigV4 = (secretAccessKey: string, region = 'eu-north-1') =>
  gateway.sigV4({ region, service: 'a', publicUrl: URL, keys: [{ accessKeyId: 'AKID', secretAccessKey }] })

describe('a setting that is wrong', () => {
  test.each<[name: string, scheme: gateway.Scheme, fault: string]>([
    ['GitHub, short', gateway.github({ secrets: [GOOD, SHORT] }), SHORT_FAULT],
    ['GitHub, none', gateway.github({ secrets: [] }), NONE_FAULT],
    ['Meta, token', gateway.meta({ secrets: [GOOD], verifyTokens: [SHORT] }), `verifyTokens: ${SHORT_FAULT}`],
    ['Shopify', gateway.shopify({ secrets: [SHORT] }), SHORT_FAULT],
    ['Typeform', gateway.typeform({ secrets: [''] }), SHORT_FAULT],
    ['X', gateway.twitter({ secrets: [SHORT] }), SHORT_FAULT],
    ['Stripe', gateway.stripe({ secrets: [SHORT] }), SHORT_FAULT],
    ['Stripe, tolerance', gateway.stripe({ secrets: [GOOD], toleranceSeconds: 0 }), TOLERANCE_FAULT],
    ['Slack, tolerance', gateway.slack({ secrets: [GOOD], toleranceSeconds: Number.NaN }), TOLERANCE_FAULT],
    ['HubSpot, address', gateway.hubspot({ secrets: [GOOD], publicUrl: `//${SHORT}` }), URL_FAULT],
    ['Twilio, address', gateway.twilio({ secrets: [GOOD], publicUrl: `https://a:${SHORT}@b` }), URL_FAULT],
    ['Twilio, query', gateway.twilio({ secrets: [GOOD], publicUrl: `${URL}?a=${SHORT}` }), URL_FAULT],
    ['Standard Webhooks, secret', gateway.standardWebhooks(`whsec_${SHORT}`), 'base64 of 24 to 64 bytes'],
    ['Standard Webhooks, key', gateway.standardWebhooks(`whpk_${SHORT}`), 'base64 of 32 bytes'],
    ['Standard Webhooks, none', gateway.standardWebhooks(), 'no key is given: nothing would be accepted'],
    ['HMAC, secret', hmac({ secrets: [SHORT] }), SHORT_FAULT],
    ['HMAC, header', hmac({ header: `${SHORT}: a` }), 'a header is no name of a header'],
    ['HMAC, no body', hmac({ signed: SHORT }), 'what is signed must have `{body}` in it'],
    ['HMAC, no place', hmac({ signed: '{timestamp}{body}' }), '`{timestamp}` in what is signed, and where it stands'],
    ['HMAC, unsigned id', hmac({ id: { header: 'x-id' } }), '`{id}` in what is signed, and where it stands'],
    ['HMAC, loose id', hmac({ id: { header: 'x-id' }, signed: '{id}{body}' }), '`{id}` needs a character between'],
    [
      'HMAC, an id that an address can hold',
      hmac({ id: { header: 'x-id' }, signed: '{url}.{id}.{body}', publicUrl: URL }),
      '`{id}` must not stand between `{url}` and `{body}`',
    ],
    [
      'HMAC, an id behind the body that an address can hold',
      hmac({ id: { header: 'x-id' }, signed: '{body}.{id}.{url}', publicUrl: URL }),
      '`{id}` must not stand between `{url}` and `{body}`',
    ],
    ['HMAC, no address', hmac({ signed: '{url}{body}' }), '`{url}` needs publicUrl'],
    ['HMAC, twice', hmac({ signed: '{body}.{body}' }), 'a placeholder is there twice'],
    ['HMAC, unknown', hmac({ signed: '{nonce}.{body}' }), 'what is signed may have {timestamp}, {id}'],
    ['basic', gateway.basic({ user: 'a', password: SHORT }), SHORT_FAULT],
    ['API key', gateway.apiKey({ keys: [SHORT] }), SHORT_FAULT],
    ['API key, header', gateway.apiKey({ keys: [GOOD], header: `${SHORT} ` }), 'a header is no name of a header'],
    ['bearer', gateway.bearer(''), 'a token is missing or empty'],
    ['SigV4, secret', sigV4(SHORT), SHORT_FAULT],
    ['SigV4, region', sigV4(GOOD, ''), 'region and service must be given'],
    ['certificate, proxy', certificate(SHORT, 'ab'.repeat(32)), `proxy: ${SHORT_FAULT}`],
    ['certificate', certificate(GOOD, SHORT), 'fingerprints must be SHA-256 in hexadecimal'],
    [
      'messages, secret',
      messages({ keyId: 'k', algorithm: 'hmac-sha256', secretBase64: btoa(SHORT) }),
      'key "k": not a key of its algorithm',
    ],
    [
      'messages, PEM',
      messages({ keyId: 'k', algorithm: 'ed25519', publicKey: SHORT }),
      'key "k": not a key of its algorithm',
    ],
    [
      'messages, a key of another kind',
      messages({ keyId: 'k', algorithm: 'ed25519', publicKey: { kty: 'EC', crv: 'P-256', x: SHORT } }),
      'key "k": not a key of its algorithm',
    ],
    [
      'messages, a private key',
      messages({ keyId: 'k', algorithm: 'ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'a', d: SHORT } }),
      'key "k": not a key of its algorithm',
    ],
  ])('is told at start and not shown: %s', (_, scheme, fault) => {
    const told = faultsOf(scheme)
    expect(told).toContain(`source wrong: `)
    expect(told).toContain(fault)
    expect(told).not.toContain(SHORT)
    expect(told).not.toContain(btoa(SHORT))
  })

  test('is a time for which a repeat is known that is shorter than a captured request is good for', () => {
    const scheme = gateway.stripe({ secrets: [GOOD] })
    expect(faultsOf(scheme, 0.1)).toContain('idempotencyHours is shorter than twice the tolerance of its scheme')
    expect(faultsOf(scheme, 1)).toBe('')
  })

  test.each([
    hmac({ id: { header: 'x-id' }, signed: '{id}.{body}' }),
    hmac({ id: { header: 'x-id' }, signed: '{id}.{url}.{body}', publicUrl: URL }),
    hmac({ id: { header: 'x-id' }, signed: '{url}\n{id}.{body}', publicUrl: URL }),
    hmac({ id: { header: 'x-id' }, signed: '{body}|{id}', publicUrl: URL }),
  ])('is none where what is signed tells where the id ends', (scheme) => {
    expect(faultsOf(scheme)).toBe('')
  })

  test.each([{ idempotencyPath: 'MessageSid' }, { shardKey: 'From' }, { batches: true }])(
    'is what a repeat is known by where nobody signs where it begins and ends: %o',
    (options) => {
      const scheme = gateway.twilio({ secrets: [GOOD], publicUrl: URL })
      const [name] = Object.keys(options)
      expect(faultsOf(scheme, 24, options)).toContain(
        `source wrong: ${name}: twilio signs the fields of a form without bounds between them`,
      )
      expect(faultsOf(gateway.slack({ secrets: [GOOD] }), 24, options)).toBe('')
    },
  )

  test('is no key that a runtime cannot use: such a one accepts nothing, and breaks nothing', async () => {
    const publicKey = { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }
    const scheme = messages({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', publicKey })
    const headers = new Headers({
      'signature-input': 'a=("@method" "@target-uri");created=1;keyid="k"',
      signature: `a=:${Buffer.alloc(64).toString('base64')}:`,
    })
    const request = { method: 'POST', url: `${URL}/webhooks/a`, headers, body: new Uint8Array() }
    const refused = await Promise.resolve(scheme.verify(request, 1000)).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'AUTH_REJECTED' })
  })
})
