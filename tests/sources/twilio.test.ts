import { describe, expect, test } from 'bun:test'
import { twilio } from '@sluice/gateway'
import twilioLibrary from 'twilio'
import { answerOf, NOW_MS, playSender, PUBLIC_URL, send, UNAUTHENTICATED, worldOf } from './play-sender.ts'
import { doubled, headersOf, jsonPost, type Sent, withBody, withHeader } from './sent.ts'

const { getExpectedBodyHash, getExpectedTwilioSignature } = twilioLibrary
const SECRET = '12345678901234567890123456789012'
const OTHER = '98765432109876543210987654321098'
const BODY = '{"from":"ada@example.com","name":"Åsa"}'
const RIGHT = '/webhooks/right'
const scheme = (...secrets: readonly string[]) => twilio({ secrets, publicUrl: PUBLIC_URL })

function signedJson(path: string, body = BODY, url = PUBLIC_URL): Sent {
  const target = `${path}?a=b&bodySHA256=${getExpectedBodyHash(body)}`
  const signature = getExpectedTwilioSignature(SECRET, `${url}${target}`, {})
  return jsonPost(target, { 'x-twilio-signature': signature }, body)
}

playSender({
  name: 'Twilio',
  right: scheme(SECRET),
  rotating: scheme(OTHER, SECRET),
  other: scheme(OTHER),
  sign: (path) => signedJson(path),
  needs: ['x-twilio-signature'],
  signature: 'x-twilio-signature',
  signsTime: false,
  signsMessage: true,
  wrong: {
    'signed for another host': () => signedJson(RIGHT, BODY, 'https://other.example.com/in'),
    'signed for another port': () => signedJson(RIGHT, BODY, 'https://hooks.example.com:8443/in'),
    'signed without TLS': () => signedJson(RIGHT, BODY, 'http://hooks.example.com/in'),
    'signed for what the server sees': () => signedJson(RIGHT, BODY, 'https://gateway.test'),
    'a hash of another body': () => ({ ...signedJson(RIGHT), path: signedJson(RIGHT, '{}').path }),
    'no hash of the body': () => {
      const sent = jsonPost(RIGHT, {}, BODY)
      return withHeader(sent, 'x-twilio-signature', getExpectedTwilioSignature(SECRET, `${PUBLIC_URL}${RIGHT}`, {}))
    },
    'JSON that says it is a form': () => withHeader(signedJson(RIGHT), 'x-twilio-signature', 'AAAA'),
    'the signature twice': () => doubled(signedJson(RIGHT), 'x-twilio-signature'),
  },
})

/** The example of https://www.twilio.com/docs/usage/security#validating-requests */
const CALL = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
}

type Parameters = Readonly<Record<string, string | string[]>>

function signedForm(parameters: Parameters, { url = PUBLIC_URL, path = `${RIGHT}?foo=1&bar=2` } = {}): Sent {
  const pairs = Object.entries(parameters).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => [name, value]),
  )
  const signature = getExpectedTwilioSignature(SECRET, `${url}${path}`, { ...parameters })
  return {
    method: 'POST',
    path,
    headers: [
      ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['x-twilio-signature', signature],
    ],
    body: new URLSearchParams(pairs).toString(),
  }
}

const verify = (sent: Sent, publicUrl = PUBLIC_URL, secret = SECRET) =>
  twilio({ secrets: [OTHER, secret], publicUrl }).verify(
    {
      method: sent.method,
      url: `http://127.0.0.1:8787${sent.path}`,
      headers: headersOf(sent),
      body: new TextEncoder().encode(sent.body),
    },
    NOW_MS,
  )

describe('a form of Twilio', () => {
  test('is the example of its documentation', async () => {
    const sent = signedForm(CALL, { path: '/myapp.php?foo=1&bar=2' })
    const known = withHeader(sent, 'x-twilio-signature', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=')
    expect(await verify(known, 'https://mycompany.com/', '12345')).toMatchObject({ messageId: null })
  })

  test.each<[name: string, sent: Sent, publicUrl: string]>([
    ['with parameters in another order', signedForm({ b: '2', a: '1', B: '3', Åsa: '😀', '': '' }), PUBLIC_URL],
    ['with several values of a name', signedForm({ MediaUrl: ['b', 'a'], a: '' }), PUBLIC_URL],
    ['without parameters', signedForm({}), PUBLIC_URL],
    ['signed with the port', signedForm(CALL, { url: 'https://hooks.example.com:443/in' }), PUBLIC_URL],
    ['signed without the port', signedForm(CALL), 'https://hooks.example.com:443/in'],
    ['with a port of its own', signedForm(CALL, { url: 'https://a.test:8443' }), 'https://a.test:8443'],
    ['signed without a port of its own', signedForm(CALL, { url: 'https://a.test' }), 'https://a.test:8443'],
    ['without TLS, signed with the port', signedForm(CALL, { url: 'http://a.test:80' }), 'http://a.test'],
  ])('is accepted %s', async (_, sent, publicUrl) => {
    expect(await verify(sent, publicUrl)).toMatchObject({ messageId: null })
  })

  test('is accepted where a parser has written its apostrophe otherwise', async () => {
    const sent = signedForm(CALL, { path: `${RIGHT}?name=O'Neil` })
    expect(await verify({ ...sent, path: `${RIGHT}?name=O%27Neil` })).toMatchObject({ messageId: null })
  })

  const form = signedForm(CALL)
  test.each<[name: string, sent: Sent]>([
    ['a parameter changed', withBody(form, form.body.replace('1234', '1235'))],
    ['a parameter more', withBody(form, `${form.body}&Z=1`)],
    ['a parameter less', withBody(form, form.body.replace('Digits=1234&', ''))],
    ['a parameter doubled', withBody(form, `${form.body}&Digits=1234`)],
    ['no parameter', withBody(form, '')],
    ['another query', { ...form, path: form.path.replace('bar=2', 'bar=3') }],
    ['another content type', withHeader(form, 'content-type', 'application/json')],
    ['no signature', { ...form, headers: form.headers.slice(0, 1) }],
    ['the signature of nothing but the address', { ...form, headers: signedForm({}).headers }],
    ['a port that is another', signedForm(CALL, { url: 'https://hooks.example.com:8443/in' })],
  ])('is refused with %s', async (_, sent) => {
    const world = await worldOf({ right: scheme(SECRET) })
    const response = await send(world, sent)
    expect(await answerOf(response)).toEqual([401, UNAUTHENTICATED])
    world.stop()
  })

  test('is the same content however its pairs are ordered or cut, so that no repeat is a new event', async () => {
    const contents = await Promise.all(
      [
        form,
        withBody(form, form.body.split('&').toReversed().join('&')),
        withBody(form, form.body.replace('s=1', 's1=')),
      ].map(async (sent) => (await verify(sent))?.signedContent),
    )
    expect(contents[1]).toEqual(contents[0])
    expect(contents[2]).toEqual(contents[0])
  })
})
