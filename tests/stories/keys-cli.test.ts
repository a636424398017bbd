import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { type Running, startRunning, temporaryFolder } from './running.ts'

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/src/keys.ts')

interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

/** Runs the program to its end. */
async function keys(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const child = Bun.spawn([process.execPath, PROGRAM, ...words], { env: environment, stdout: 'pipe', stderr: 'pipe' })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output, errors }
}

describe('the program for keys', () => {
  const folder = temporaryFolder()
  let running: Running
  let environment: Readonly<Record<string, string>>

  beforeAll(async () => {
    running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
    environment = { SLUICE_URL: running.url, SLUICE_ADMIN_TOKEN: SANDBOX_KEYS.SLUICE_ADMIN_TOKEN }
  })
  afterAll(async () => {
    await running.gateway.stop()
    folder.remove()
  })

  const statusOf = async (secret: string) =>
    (await fetch(`${running.url}/v1/events`, { headers: { authorization: `Bearer ${secret}` } })).status

  test('creates a key whose secret alone is on standard output, rotates it and revokes it', async () => {
    const created = await keys(['create', '--name', 'crm', '--scopes', 'ingest,read', '--rate', '600'], environment)
    expect([created.code, created.output]).toEqual([0, expect.stringMatching(/^slk_[0-9A-Za-z]{49}\n$/)])
    const secret = created.output.trim()
    expect(created.errors).toMatch(/^created key_[0-9A-Z]{26} \(crm\)/)
    expect(await statusOf(secret)).toBe(200)

    const rotated = await keys(['rotate', 'crm', '--overlap', '600'], environment)
    expect([rotated.code, rotated.output]).toEqual([0, expect.stringMatching(/^slk_[0-9A-Za-z]{49}\n$/)])
    expect(await Promise.all([statusOf(secret), statusOf(rotated.output.trim())])).toEqual([200, 200])

    const listed = await keys(['list'], environment)
    expect(listed.output).toMatch(/^config:admin +admin +active +read,operate/)
    expect(listed.output).toMatch(new RegExp(`crm +active +ingest,read +used .* ${rotated.output.slice(0, 8)}…, `))

    expect(await keys(['revoke', 'crm'], environment)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^revoked key_[0-9A-Z]{26} \(crm\)\n$/),
    })
    expect(await Promise.all([statusOf(secret), statusOf(rotated.output.trim())])).toEqual([401, 401])
    for (const { output, errors } of [listed, { output: '', errors: created.errors + rotated.errors }]) {
      for (const hidden of [secret, rotated.output.trim(), environment['SLUICE_ADMIN_TOKEN'] ?? '']) {
        expect(output + errors).not.toContain(hidden)
      }
    }
  }, 30_000)

  test.each([
    ['a name that is taken', ['create', '--name', 'admin', '--scopes', 'read'], /^keys: KEY_NAME_TAKEN: .*\n$/],
    ['a scope that there is not', ['create', '--name', 'x', '--scopes', 'root'], /^keys: --scopes takes .*\n$/],
    [
      'a source that takes no keys',
      ['create', '--name', 'x', '--scopes', 'ingest', '--sources', 'demo'],
      /sources\[0\]: .*\n$/,
    ],
    ['an option that there is not', ['create', '--secret', 'x'], /^keys: .*--secret.*\n$/],
    ['no name', ['create', '--scopes', 'read'], /^keys: create needs .*\n$/],
    ['a key of the configuration', ['revoke', 'admin'], /^keys: KEY_CONFIGURED: .*\n$/],
    ['a key that there is not', ['rotate', 'nobody'], /^keys: there is no key "nobody" .*\n$/],
    ['an id that is no id', ['revoke', 'key_../../events'], /^keys: KEY_UNKNOWN: .*\n$/],
  ])(
    'says in one line what is wrong: %s',
    async (_, words, line) => {
      const { code, output, errors } = await keys(words, environment)
      expect([code, output]).toEqual([1, ''])
      expect(errors).toMatch(line)
      expect(errors.trimEnd().split('\n')).toHaveLength(1)
    },
    30_000,
  )

  test.each([
    ['no key', { SLUICE_ADMIN_TOKEN: '' }, 'keys: SLUICE_ADMIN_TOKEN is not set: a key that may operate\n'],
    ['a wrong key', { SLUICE_ADMIN_TOKEN: 'wrong' }, 'keys: UNAUTHENTICATED: The request is not authenticated.\n'],
    ['nobody there', { SLUICE_URL: 'http://127.0.0.1:9' }, 'keys: the gateway was not reached (SLUICE_URL)\n'],
    ['no address', { SLUICE_URL: 'nowhere' }, 'keys: SLUICE_URL cannot be read\n'],
    [
      'an open network',
      { SLUICE_URL: 'http://example.com' },
      'keys: SLUICE_URL must be https (http is allowed on loopback only)\n',
    ],
  ])(
    'says in one line what is wrong with where it calls: %s',
    async (_, changed, line) => {
      const { code, output, errors } = await keys(['list'], { ...environment, ...changed })
      expect([code, output, errors]).toEqual([1, '', line])
    },
    30_000,
  )
})
