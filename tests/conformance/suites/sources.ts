import { github, httpMessageSignatures, hubspot, type Scheme, slack, standardWebhooks, twilio } from '@sluice/gateway'
import { RFC_CREATED_MS, RFC_EXAMPLES, type RfcExample } from '../../sources/rfc9421-keys.ts'
import { codeOf, equal } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

/** A request that somebody published with its signature. */
interface Published {
  readonly scheme: Scheme
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly atMs: number
  /** A header that must be as it is. */
  readonly signature: string
}

const SLACK_BODY =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'

const PUBLISHED: readonly (readonly [name: string, published: Published])[] = [
  [
    'GitHub',
    {
      scheme: github({ secrets: ['another secret', "It's a Secret to Everybody"] }),
      url: 'http://a.test/',
      headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
      body: 'Hello, World!',
      atMs: 0,
      signature: 'x-hub-signature-256',
    },
  ],
  [
    'Slack',
    {
      scheme: slack({ secrets: ['8f742231b10e8888abcd99yyyzzz85a5'] }),
      url: 'http://a.test/',
      headers: {
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
      body: SLACK_BODY,
      atMs: 1_531_420_618_000,
      signature: 'x-slack-signature',
    },
  ],
  [
    'HubSpot',
    {
      scheme: hubspot({ secrets: ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'], publicUrl: 'https://www.example.com' }),
      url: 'http://a.test/webhook_uri',
      headers: {
        'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
        'x-hubspot-request-timestamp': '1693657560000',
      },
      body: "{'example_field':'example_value'}",
      atMs: 1_693_657_560_000,
      signature: 'x-hubspot-signature-v3',
    },
  ],
  [
    'Twilio',
    {
      scheme: twilio({ secrets: ['12345'], publicUrl: 'https://mycompany.com' }),
      url: 'http://a.test/myapp.php?foo=1&bar=2',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
      },
      body: 'To=%2B18005551212&CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309',
      atMs: 0,
      signature: 'x-twilio-signature',
    },
  ],
  [
    'Svix, by Ed25519',
    {
      scheme: standardWebhooks('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='),
      url: 'http://a.test/',
      headers: {
        'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'svix-timestamp': '1614265330',
        'svix-signature':
          'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
      },
      body: '{"test": 2432232314}',
      atMs: 1_614_265_330_000,
      signature: 'svix-id',
    },
  ],
  ...RFC_EXAMPLES.map((example) => [`RFC 9421 ${example.name}`, publishedOf(example)] as const),
]

function publishedOf({ key, publicUrl, required, target, headers, body }: RfcExample): Published {
  return {
    scheme: httpMessageSignatures({ keys: [key], publicUrl, ...(required === undefined ? {} : { required }) }),
    url: `http://a.test${target}`,
    headers,
    body,
    atMs: RFC_CREATED_MS,
    signature: 'signature-input',
  }
}

const METHODS = new Map(RFC_EXAMPLES.map(({ name, method }) => [`RFC 9421 ${name}`, method]))

function verify(name: string, { scheme, url, headers, body, atMs }: Published) {
  const method = METHODS.get(name) ?? 'POST'
  return scheme.verify({ method, url, headers: new Headers(headers), body: new TextEncoder().encode(body) }, atMs)
}

/** Signatures that others published: above all Ed25519, ECDSA and RSA, which each runtime has from elsewhere. */
export const suite: Suite = () => [
  ...vectors<[name: string, published: Published]>(
    'is accepted',
    PUBLISHED.map(([name, published]) => [name, name, published] as const),
    async (_, name, published) => equal((await verify(name, published))?.signedContent instanceof Uint8Array, true),
  ),
  ...cases<[name: string, published: Published]>(
    'is refused when it was changed',
    PUBLISHED.map(([name, published]) => [name, name, published] as const),
    async (_, name, published) => {
      const value = published.headers[published.signature] ?? ''
      const changed = { ...published.headers, [published.signature]: value.replace(/[a4](?=[^a4]*$)/, 'b') }
      const code = await codeOf(() => verify(name, { ...published, headers: changed }))
      equal(code === 'AUTH_REJECTED' || code === 'AUTH_MALFORMED', true)
    },
  ),
]
