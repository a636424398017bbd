import { describe, expect, test } from 'bun:test'
import { ConfigError } from '@sluice/errors'
import { z } from 'zod'
import { type ConfigFile, defineConfig, route, type Settings, source } from '../../config.ts'
import { datatalks } from '../../destinations/datatalks.ts'
import { bearer } from '../../sources/bearer.ts'
import { readSettings } from './environment.ts'
import { PLATFORM_LIMITS } from './limits.ts'

const Contact = z.object({ email: z.string() })
type Contact = z.output<typeof Contact>
const contact = ({ email }: Contact) => email
const sameWords = ({ email }: Contact) => email

/** A configuration whose one route is ordered by something, and whose source is spread by something. */
const configOf = (
  shardKey: ((data: Contact) => string) | string | undefined,
  orderingKey: ((data: Contact) => string) | string | undefined,
  maxBodyBytes = 1000,
) =>
  defineConfig((settings: Settings) => {
    const from = source({
      scheme: bearer(settings.secret('TOKEN')),
      schema: Contact,
      maxBodyBytes,
      ...(shardKey === undefined ? {} : { shardKey }),
    })
    const to = datatalks({ accessKeyId: 'a', secretAccessKey: settings.secret('SECRET') })
    return {
      sources: { demo: from },
      destinations: { datatalks: to },
      routes: [
        route(from, to, 'contacts.upsert', {
          map: ({ email }) => ({ data: { email }, group_key: 'g' }),
          ...(orderingKey === undefined ? {} : { orderingKey }),
        }),
      ],
      keys: [{ name: 'admin', token: settings.secret('TOKEN'), scopes: ['operate'] }],
    }
  })

const COMPLETE = { TOKEN: 'a-token-of-some-length', SECRET: 'a-secret', SHARDS: '8', BINDING: {} }
const NOT_KEPT =
  'route demo.datatalks.contacts.upsert: its orderingKey must be the shardKey of its source, the very same one'
const TOO_MANY = 'SHARDS must be a number, or several with commas, the newest last, of 1 to 300 in all'

function faultsOf(file: ReturnType<typeof configOf>, environment: object = COMPLETE): readonly string[] {
  try {
    readSettings(file, environment, PLATFORM_LIMITS)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('an order', () => {
  test.each<[string, Parameters<typeof configOf>, readonly string[]]>([
    ['is kept by the function that chooses the shard', [contact, contact], []],
    ['is kept by the expression that chooses the shard', ['email', 'email'], []],
    ['need not be kept', [contact, undefined], []],
    ['is not kept where only the idempotency key chooses', [undefined, contact], [NOT_KEPT]],
    ['is not kept by another function, whatever it says', [contact, sameWords], [NOT_KEPT]],
    ['is not kept by another expression', ['email', 'phone'], [NOT_KEPT]],
  ])('%s', (_, [shardKey, orderingKey], faults) => {
    expect(faultsOf(configOf(shardKey, orderingKey))).toEqual(faults)
  })
})

test.each(['', 'warn'])('a LOG_LEVEL of %p is one', (level) => {
  expect(faultsOf(configOf(undefined, undefined), { ...COMPLETE, LOG_LEVEL: level })).toEqual([])
})

test('everything that is wrong is told at once', () => {
  expect(faultsOf(configOf(undefined, contact), { SHARDS: 'many', LOG_LEVEL: 'loud' })).toEqual([
    TOO_MANY,
    'LOG_LEVEL must be one of debug, info, warn, error',
    'TOKEN is not set',
    'SECRET is not set',
  ])
})

test.each<[string, string, readonly string[]]>([
  ['as many as one request may ask', '300', []],
  ['as many of all generations', '100,200', []],
  ['one more', '301', [TOO_MANY]],
  ['one more of all generations', '100,201', [TOO_MANY]],
])('shards are refused where they are more than one request may ask: %s', (_, shards, faults) => {
  expect(faultsOf(configOf(undefined, undefined), { ...COMPLETE, SHARDS: shards })).toEqual(faults)
})

test.each([
  ['stays as it is where a row holds it', 1000, 1000],
  ['is cut to what a row holds', 50_000_000, 1_980_000],
])('the largest body of a source %s', (_, asked, expected) => {
  const { config } = readSettings(configOf(undefined, undefined, asked), COMPLETE, PLATFORM_LIMITS)
  expect(config.sources.get('demo')).toMatchObject({ maxBodyBytes: expected, maxPayloadBytes: 1_980_000 })
})

test('the largest batch of a source is cut to what a call to a shard carries', () => {
  const file: ConfigFile = (settings) => {
    const input = configOf(undefined, undefined)(settings)
    const sources = Object.entries(input.sources).map(([name, declared]) => [
      name,
      { ...declared, batches: { maxItems: 10, maxBytes: 50_000_000, handling: 'lenient' as const } },
    ])
    return { ...input, sources: Object.fromEntries(sources), routes: [] }
  }
  const { config } = readSettings(file, COMPLETE, PLATFORM_LIMITS)
  expect(config.sources.get('demo')?.batches).toEqual({ maxItems: 10, maxBytes: 4_000_000, handling: 'lenient' })
})
