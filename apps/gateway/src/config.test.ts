import { describe, expect, test } from 'bun:test'
import { ConfigError } from '@sluice/errors'
import { z } from 'zod'
import { buildConfig, type ConfigFile, defineConfig, route, type Settings, source } from './config.ts'
import { contactnow } from './destinations/contactnow.ts'
import { danaconnect } from './destinations/danaconnect.ts'
import { jsonSchema } from './json-schema/json-schema.ts'
import { gatewayKey } from './sources/gateway-key.ts'
import { bearer } from './sources/bearer.ts'
import { standardWebhooks } from './sources/standard-webhooks.ts'

const keys = [{ name: 'admin', token: 'a-key-of-some-length', scopes: ['read' as const] }]
const newSource = () => source({ scheme: bearer('a-token-of-a-sender'), schema: z.object({ phone: z.string() }) })
const newDestination = (baseUrl = 'https://api.example/') => contactnow({ username: 'u', password: 'p', baseUrl })

function faultsOf(
  file: (settings: Settings) => unknown,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  try {
    buildConfig(file, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('whose pages may use the API', () => {
  const fault = 'expected https://host as a browser writes it, http only on loopback, or "*" alone'
  const file = (cors: unknown) => () => ({ sources: { demo: newSource() }, destinations: {}, routes: [], keys, cors })
  test.each([
    ['https', { origins: ['https://console.example.com', 'https://console.example.com:8443'] }],
    ['http on loopback', { origins: ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://[::1]:5173'] }],
    ['every page, spelled out', { origins: ['*'] }],
  ])('%s', (_, cors) => {
    expect(faultsOf(file(cors))).toEqual([])
    expect(buildConfig(file(cors), {}).origins).toEqual(cors.origins)
  })

  test.each([
    ['a path', ['https://console.example.com/'], `cors: origins.0: ${fault}`],
    ['no TLS', ['http://console.example.com'], `cors: origins.0: ${fault}`],
    ['the usual port, which no browser writes', ['https://console.example.com:443'], `cors: origins.0: ${fault}`],
    ['capitals', ['https://Console.example.com'], `cors: origins.0: ${fault}`],
    ['null, which any page can be', ['null'], `cors: origins.0: ${fault}`],
    ['a pattern', ['https://*.example.com'], `cors: origins.0: ${fault}`],
    ['another scheme', ['file:///a'], `cors: origins.0: ${fault}`],
    ['every page beside one', ['https://a.example', '*'], `cors: origins: ${fault}`],
    ['none', [], 'cors: origins: Too small: expected array to have >=1 items'],
  ])('is told at start: %s', (_, origins, expected) => {
    expect(faultsOf(file({ origins }))).toEqual([expected])
  })

  test('is told at start: something that is no list, or is not known', () => {
    expect(faultsOf(file('*'))).toHaveLength(1)
    expect(faultsOf(file({ origins: ['*'], credentials: true }))).toHaveLength(1)
    expect(buildConfig(file(undefined), {}).origins).toBeUndefined()
  })
})

describe('keys of a configuration', () => {
  const sources = { demo: newSource(), crm: source({ scheme: gatewayKey(), schema: z.json() }) }
  test.each([
    ['for a source', { scopes: ['ingest'], sources: ['crm'], ratePerMinute: 60 }, []],
    ['for every source', { scopes: ['ingest', 'read'] }, []],
    [
      'for a source that takes none, and one that there is not',
      { scopes: ['ingest'], sources: ['demo', 'toString'] },
      ['sources[0]: this source takes no key of the gateway', 'sources[1]: there is no such source'],
    ],
    [
      'that may not post',
      { scopes: ['operate'], sources: ['crm'] },
      ['sources: only a key with the scope ingest has sources'],
    ],
    ['for no source', { scopes: ['ingest'], sources: [] }, ['sources: Too small: expected array to have >=1 items']],
    [
      'with a rate of nothing',
      { scopes: ['read'], ratePerMinute: 0 },
      ['ratePerMinute: Too small: expected number to be >=1'],
    ],
  ])('%s', (_, fields, faults) => {
    const declared = [{ name: 'k', token: 'long-enough-token', ...fields }]
    const file = () => ({ sources, destinations: {}, routes: [], keys: declared })
    expect(faultsOf(file)).toEqual(faults.map((fault) => `key k: ${fault}`))
  })
})

describe('buildConfig', () => {
  test('names the routes of each source, and the destination that each leads to', () => {
    const demo = newSource()
    const calls = newDestination()
    const config = buildConfig(
      () => ({
        sources: { demo, other: newSource() },
        destinations: { calls },
        routes: [
          route(demo, calls, 'records.create', { map: ({ phone }) => ({ dataset: '104', MobilePhone: phone }) }),
        ],
        keys,
      }),
      {},
    )
    expect(config.sources.get('demo')?.routes).toMatchObject([
      { name: 'demo.calls.records.create', destinationName: 'calls', operation: 'records.create', onUnsure: 'park' },
    ])
    expect(config.sources.get('other')?.routes).toEqual([])
  })

  test('names every missing setting at once, and nothing else', () => {
    const file = defineConfig((settings) => ({
      sources: {
        demo: source({ scheme: bearer(settings.secret('INGEST')), schema: z.unknown() }),
        signup: source({ scheme: standardWebhooks(settings.secret('SIGNUP')), schema: z.unknown() }),
      },
      destinations: {
        mail: danaconnect({ user: settings.text('USER_NAME'), company: 'c', password: settings.secret('PASSWORD') }),
      },
      routes: [],
      keys: [{ name: 'admin', token: settings.secret('ADMIN'), scopes: ['operate'] }],
    }))
    expect(faultsOf(file, { USER_NAME: 'set', PASSWORD: '' }).toSorted()).toEqual([
      'ADMIN is not set',
      'INGEST is not set',
      'PASSWORD is not set',
      'SIGNUP is not set',
    ])
  })

  test('names every fault of the configuration itself at once', () => {
    const file: ConfigFile = () => ({
      sources: { 'Not A Name': newSource() },
      destinations: { calls: newDestination('http://api.example/') },
      routes: [
        {
          ...route(newSource(), newDestination(), 'records.create', { map: () => ({ dataset: '1', HomePhone: '1' }) }),
        },
      ],
      keys: [{ name: 'admin', token: 'short', scopes: ['read'] }],
    })
    expect(faultsOf(file)).toEqual([
      'source "Not A Name": a name is 1 to 63 of a-z, 0-9 and -',
      'contactnow: base URL must be https (http is allowed on loopback only)',
      'route 1: its source is not among the sources',
      'key admin: token: shorter than 12 characters',
    ])
  })

  test('names what the compiler would have told, for a file that it does not see', () => {
    const demo = { ...newSource(), maxBodyBytes: -1, onMappingFault: 'foo', idempotencyPath: '' }
    const calls = newDestination()
    const declared = route(demo as never, calls, 'records.create', { map: () => ({ dataset: '1', HomePhone: '1' }) })
    const file = () => ({
      sources: { demo },
      destinations: { calls },
      routes: [{ ...declared, onUnsure: 'never', settleMs: -5 }],
      keys: [{ name: 'k' }, { name: 'k', token: 'long-enough-token', scopes: ['root'] }],
    })
    expect(faultsOf(file as never).map((fault) => fault.split(': ').slice(0, 2).join(': '))).toEqual([
      'source demo: maxBodyBytes',
      'source demo: idempotencyPath',
      'source demo: onMappingFault',
      'route 1: onUnsure',
      'route 1: settleMs',
      'key k: token',
      'key k: scopes',
      'key k: scopes.0',
      'key k: declared twice',
    ])
  })

  test('fills in the limits of batches that are not said', () => {
    const declare = (batches: NonNullable<Parameters<typeof source>[0]['batches']>) =>
      source({ scheme: bearer('a-token-of-a-sender'), schema: z.unknown(), batches }).batches
    expect([declare(false), declare(true), declare({ maxItems: 5, handling: 'strict' })]).toEqual([
      null,
      { maxItems: 1000, maxBytes: 4_194_304, handling: 'lenient' },
      { maxItems: 5, maxBytes: 4_194_304, handling: 'strict' },
    ])
  })

  test('names what is wrong with the limits and with the schema of a source', () => {
    const batches = { maxItems: 0, maxBytes: 1.5, handling: 'some', maxAge: 1 }
    const demo = source({
      scheme: bearer('a-token-of-a-sender'),
      schema: jsonSchema({ type: 'object', required: 'email', properties: { a: { fromat: 'email' } } }),
      batches: batches as never,
      bodyTimeoutMs: 0,
    })
    const faults = faultsOf(() => ({ sources: { demo }, destinations: {}, routes: [], keys }))
    expect(faults.map((fault) => fault.split(': ').slice(0, 3).join(': '))).toEqual([
      'source demo: schema #: required must be a list of names',
      'source demo: schema #/properties/a: fromat is not taken',
      expect.stringContaining('source demo: bodyTimeoutMs: '),
      expect.stringContaining('source demo: batches.maxItems: '),
      expect.stringContaining('source demo: batches.maxBytes: '),
      expect.stringContaining('source demo: batches.handling: '),
      expect.stringContaining('source demo: batches: '),
    ])
  })

  test('wants a name for the part that asks for a callback, and time to wait for it', () => {
    const callback = { parameter: '', baseUrl: 'https://edge.example', waitMs: -1 }
    expect(danaconnect({ user: 'u', company: 'c', password: 'p', callback }).faults).toEqual([
      'danaconnect: callback.waitMs must be whole milliseconds, at most 30 days, not 0',
      'danaconnect: callback.parameter must be the name of a part',
    ])
  })

  test.each([-5, 5000.5, 2_592_000_001, Number.MAX_SAFE_INTEGER, Infinity, Number.NaN])(
    'a time of %p is a fault wherever it becomes an instant',
    (ms) => {
      const callback = { parameter: 'p', baseUrl: 'https://edge.example', waitMs: ms }
      const mail = danaconnect({ user: 'u', company: 'c', password: 'p', callback, batches: { maxAgeMs: ms } })
      const demo = newSource()
      const calls = newDestination()
      const map = () => ({ dataset: '1', HomePhone: '1' })
      const routes = [route(demo, calls, 'records.create', { map, settleMs: ms })]
      const faults = faultsOf(() => ({ sources: { demo }, destinations: { calls, mail }, routes, keys }))
      expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')).toSorted()).toEqual([
        'danaconnect: batches.maxAgeMs',
        'danaconnect: callback.waitMs',
        'route 1:',
      ])
    },
  )

  test.each([
    ['https anywhere', 'https://api.example/', []],
    ['http on loopback', 'http://127.0.0.1:8788/contactnow/', []],
    ['http on localhost', 'http://localhost:8788/', []],
    ['http elsewhere', 'http://10.0.0.1/', ['contactnow: base URL must be https (http is allowed on loopback only)']],
    ['not a URL', 'api.example', ['contactnow: base URL cannot be read']],
  ])('a base URL with %s', (_, baseUrl, expected) => {
    const calls = newDestination(baseUrl)
    expect(faultsOf(() => ({ sources: { demo: newSource() }, destinations: { calls }, routes: [], keys }))).toEqual(
      expected,
    )
  })

  test('a secret of Standard Webhooks that is too short is a fault that does not show it', () => {
    const file: ConfigFile = () => ({
      sources: { signup: source({ scheme: standardWebhooks('whsec_c2hvcnQ='), schema: z.unknown() }) },
      destinations: {},
      routes: [],
      keys,
    })
    expect(faultsOf(file)).toEqual(['source signup: a secret is `whsec_` and the base64 of 24 to 64 bytes'])
  })

  test.each([
    ['nothing', () => undefined],
    ['a promise', () => Promise.resolve({})],
    ['half of it', () => ({ sources: {}, routes: [] })],
  ])('a file that returns %s is told so', (_, file) => {
    expect(faultsOf(file)).toEqual(['the file must return sources, destinations, routes and keys'])
  })

  test('a number that is none is a fault', () => {
    const file: ConfigFile = (settings) => ({
      sources: { demo: newSource() },
      destinations: {},
      routes: [],
      keys: [{ name: String(settings.integer('CONVERSATION')), token: 'a-key-of-some-length', scopes: ['read'] }],
    })
    expect(faultsOf(file, { CONVERSATION: 'abc' })).toEqual(['CONVERSATION must be a whole number'])
    expect(faultsOf(file, { CONVERSATION: '1001' })).toEqual([])
    expect(faultsOf(file)).toEqual(['CONVERSATION is not set'])
  })

  test('two routes of one source to the same operation would share a name, and are refused', () => {
    const demo = newSource()
    const calls = newDestination()
    const twice = route(demo, calls, 'records.create', { map: ({ phone }) => ({ dataset: '104', MobilePhone: phone }) })
    const file: ConfigFile = () => ({ sources: { demo }, destinations: { calls }, routes: [twice, { ...twice }], keys })
    expect(faultsOf(file)).toEqual(['route 2: demo.calls.records.create is declared twice; give one of them a `name`'])
  })

  test('every fault of every expression is named at once, with its route', () => {
    const demo = newSource()
    const calls = newDestination()
    const file: ConfigFile = () => ({
      sources: { demo },
      destinations: { calls },
      routes: [
        route(demo, calls, 'records.create', { when: 'phone != ""', map: '{ "dataset": "1", "HomePhone": phone }' }),
        route(demo, calls, 'records.create', {
          when: 'phone =',
          map: '{ "HomePhone": $match(phone, /(a+)+$/) & $now() }',
        }),
        route(demo, calls, 'records.update', { map: '{ "id": ' }),
      ],
      keys,
    })
    expect(faultsOf(file)).toEqual([
      'route 2: when: Unexpected end of expression (S0207, position 7)',
      'route 2: map: a regular expression is not taken, as nothing bounds its time; use text, or a typed function (position 37)',
      'route 2: map: $now is not taken: an expression depends on its data alone (position 45)',
      'route 3: map: Expected "}" before end of expression (S0203, position 8)',
    ])
  })

  test('events are kept for 30 days where nothing else is said', () => {
    const file = (more: { readonly retentionDays?: number }): ConfigFile => {
      return () => ({ sources: { demo: newSource() }, destinations: {}, routes: [], keys, ...more })
    }
    expect(buildConfig(file({}), {}).retentionDays).toBe(30)
    expect(buildConfig(file({ retentionDays: 1 }), {}).retentionDays).toBe(1)
  })

  test.each([
    [0, 'retentionDays must be above 0, and at most 3650'],
    [NaN, 'retentionDays must be above 0, and at most 3650'],
    [4000, 'retentionDays must be above 0, and at most 3650'],
    [1.5, 'retentionDays is 1.5, but source slow knows its idempotency keys for 48 hours'],
  ])('a retention of %p days is a fault', (retentionDays, fault) => {
    const slow = source({ scheme: bearer('a-token-of-a-sender'), schema: z.unknown(), idempotencyHours: 48 })
    const file: ConfigFile = () => ({ sources: { slow }, destinations: {}, routes: [], keys, retentionDays })
    expect(faultsOf(file)).toEqual([fault])
  })
})
