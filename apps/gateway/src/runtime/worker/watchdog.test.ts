import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineConfig, route, source } from '../../config.ts'
import { datatalks } from '../../destinations/datatalks.ts'
import { bearer } from '../../sources/bearer.ts'
import { runWatchdog } from './watchdog.ts'

const file = defineConfig((settings) => {
  const from = source({ scheme: bearer(settings.secret('TOKEN')), schema: z.object({ email: z.string() }) })
  const to = datatalks({ accessKeyId: 'a', secretAccessKey: settings.secret('SECRET') })
  return {
    sources: { demo: from },
    destinations: { datatalks: to },
    routes: [route(from, to, 'contacts.upsert', { map: ({ email }) => ({ data: { email }, group_key: 'g' }) })],
    keys: [{ name: 'admin', token: settings.secret('TOKEN'), scopes: ['operate'] }],
  }
})
const CONFIGURED = { TOKEN: 'a-token-that-is-long-enough', SECRET: 'a-secret-that-is-long-enough', SHARDS: '2' }

function workbench() {
  const watched: string[] = []
  const logged: string[] = []
  /** Shards that never answer. */
  const hung = new Set<string>()
  const started: (() => void)[] = []
  const startTimer = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    started.push(resolve)
    return { over: promise, cancel: () => void started.splice(started.indexOf(resolve), 1) }
  }
  const OUTBOX_SHARDS = {
    getByName: (name: string) => ({
      useGenerations: (generations: readonly number[]) => Promise.resolve(generations),
      async watch() {
        watched.push(name)
        if (hung.has(name)) await new Promise<never>(() => undefined)
        return false
      },
    }),
  }
  const run = (texts: Readonly<Record<string, string>>) =>
    runWatchdog(
      file,
      { OUTBOX_SHARDS, ...texts },
      (level, message) => void logged.push(`${level} ${message}`),
      startTimer,
    )
  return { watched, logged, hung, started, run }
}

describe('the watchdog', () => {
  test('asks every shard', async () => {
    const { watched, logged, run } = workbench()
    await run(CONFIGURED)
    expect(watched).toEqual(['000', '001'])
    expect(logged).toEqual([])
  })

  test('of a Worker that is not configured says so once, and asks nobody', async () => {
    const { watched, logged, run } = workbench()
    await run({ ...CONFIGURED, TOKEN: '' })
    expect(watched).toEqual([])
    expect(logged).toEqual(['warn not configured: no shard is looked at'])
  })

  test('gives up a shard that does not answer, and asks the others after it', async () => {
    const { watched, logged, hung, started, run } = workbench()
    hung.add('001')
    const running = run({ ...CONFIGURED, SHARDS: '8' })
    while (!(watched.length === 6 && started.length === 1)) await Promise.resolve()
    started[0]?.()
    await running
    expect(watched).toEqual(['000', '001', '002', '003', '004', '005', '006', '007'])
    expect(logged).toEqual(['error shard not reached'])
    expect(started).toEqual([])
  })
})
