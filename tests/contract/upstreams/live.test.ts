import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { fails, gives } from './contract-case.ts'
import { driftOf, liveCases, missingFrom } from './live.ts'
import { SUITES } from './suites.ts'

const MAIN = join(import.meta.dir, 'main.ts')

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox(0)
})
afterAll(() => sandbox.stop())

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; out: string; err: string }> {
  const child = Bun.spawn([process.execPath, MAIN, ...args], { env: environment, stdout: 'pipe', stderr: 'pipe' })
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { exitCode, out, err }
}

describe('what differs from the contract', () => {
  const cases: [name: string, seen: ReturnType<typeof gives>, expected: ReturnType<typeof gives>, drift: string[]][] = [
    [
      'other values of the same shape',
      gives({ total: 7, list: [{ id: '9' }] }),
      gives({ total: 1, list: [{ id: '1' }] }),
      [],
    ],
    ['an empty list', gives({ total: 0, list: [] }), gives({ total: 1, list: [{ id: '1' }] }), []],
    ['a null for a text', gives({ id: null }), gives({ id: '1' }), []],
    ['the same error', fails('X never'), fails('X never'), []],
    ['another error', fails('Y never'), fails('X never'), ['expected X never, seen Y never']],
    ['an error for a value', fails('Y never'), gives({}), ['expected result {}, seen Y never']],
    ['a number for a text', gives({ id: 1 }), gives({ id: '1' }), ['result.id: expected string, seen number']],
    ['a member that is gone', gives([{}]), gives([{ id: '1' }]), ['result[].id: expected string, seen nothing']],
    ['a member that is new', gives({ a: 1, b: 2 }), gives({ a: 1 }), ['result.b: not expected, seen number']],
  ]
  test.each(cases)('%s', (_name, seen, expected, drift) => {
    expect(driftOf(seen, expected)).toEqual(drift)
  })
})

test.each(SUITES.map(([name, suite]) => [name, suite] as const))(
  '%s has cases for a live run, of which fewer change nothing',
  (_name, { cases, variables }) => {
    const [reads, all] = [liveCases(cases, false), liveCases(cases, true)]
    expect(reads.length).toBeGreaterThan(0)
    expect(all.length).toBeGreaterThan(reads.length)
    expect(missingFrom({}, variables)).toEqual([...variables])
  },
)

describe('bun run contract', () => {
  test('without credentials says which variables a live run needs, and exits with 2', async () => {
    const { exitCode, err } = await run(['--target', 'live', '--upstream', 'contactnow'], { CONTACTNOW_USERNAME: 'x' })
    expect([exitCode, err]).toEqual([
      2,
      'contract: a live run needs these variables: CONTACTNOW_PASSWORD, CONTACTNOW_URL, CONTACTNOW_TABLE, CONTACTNOW_DATASET\n',
    ])
  })

  const wrong: [name: string, args: string[], says: string][] = [
    [
      'an unknown upstream',
      ['--upstream', 'x'],
      'contract: unknown upstream; there are danaconnect, contactnow, datatalks\n',
    ],
    ['a live run of all', ['--target', 'live'], 'contract: use --target live with --upstream, or no --target\n'],
  ]
  test.each(wrong)('refuses %s', async (_name, args, says) => {
    const { exitCode, err } = await run(args, {})
    expect([exitCode, err]).toEqual([2, says])
  })

  const live: [upstream: string, environment: (url: string) => Readonly<Record<string, string>>][] = [
    [
      'contactnow',
      (url) => ({
        CONTACTNOW_USERNAME: 'sandbox',
        CONTACTNOW_PASSWORD: 'sandbox-password',
        CONTACTNOW_URL: `${url}/contactnow/`,
        CONTACTNOW_TABLE: 'sandbox',
        CONTACTNOW_DATASET: '104',
      }),
    ],
    [
      'danaconnect',
      (url) => ({
        DANACONNECT_USER: 'sandbox',
        DANACONNECT_COMPANY: 'demo',
        DANACONNECT_PASSWORD: 'sandbox-password',
        DANACONNECT_APPSERV_URL: `${url}/danaconnect`,
        DANACONNECT_WS_URL: `${url}/danaconnect`,
        DANACONNECT_AUTH_URL: `${url}/danaconnect`,
        DANACONNECT_CONVERSATION_ID: '1001',
        DANACONNECT_PROJECT_ID: 'sandbox-project',
        DANACONNECT_TABLE_CODE: 'CONTACTS',
        DANACONNECT_DANA: 'sandbox-dana',
        DANACONNECT_CLIENT_ID: 'sandbox-client',
        DANACONNECT_CLIENT_SECRET: 'sandbox-secret',
      }),
    ],
    [
      'datatalks',
      (url) => ({
        DATATALKS_ACCESS_KEY_ID: 'AKIDSANDBOX',
        DATATALKS_SECRET_ACCESS_KEY: 'sandbox-secret',
        DATATALKS_REGION: 'eu-north-1',
        DATATALKS_GROUP_KEY: 'abc123',
        DATATALKS_URL: `${url}/datatalks/v1`,
      }),
    ],
  ]
  test.each(live)(
    'finds no drift of %s in what only reads, and changes nothing there',
    async (upstream, environment) => {
      sandbox.mocks.reset()
      const { exitCode, out } = await run(['--target', 'live', '--upstream', upstream], environment(sandbox.url))
      expect(out).toMatch(/cases that change nothing/)
      expect(out).not.toMatch(/^drift/m)
      expect(out).toMatch(/\n\d+ passed, 0 failed\n$/)
      expect(exitCode).toBe(0)
      expect(
        sandbox.mocks
          .requests()
          .map(({ effect }) => effect)
          .filter((effect) => effect > 0),
      ).toEqual([])
    },
  )

  test('with --write updates the record that it created, and no other', async () => {
    sandbox.mocks.reset()
    const [, environment] = live[0] ?? []
    const { exitCode, out } = await run(
      ['--target', 'live', '--upstream', 'contactnow', '--write'],
      environment?.(sandbox.url) ?? {},
    )
    expect(out).toMatch(/same {3}records\.update: in json, undisturbed\n/)
    expect(out).toMatch(/same {3}data\.update: in xml, undisturbed\n/)
    expect(exitCode).toBe(0)
    const writes = sandbox.mocks
      .requests()
      .filter(({ operation }) => /^ecnow_(records|data)\.(create|update)$/.test(operation))
    const updates = writes.flatMap(({ operation }, place) =>
      operation.endsWith('.update') ? [writes[place - 1]?.operation] : [],
    )
    expect(updates).toEqual(['ecnow_records.create', 'ecnow_data.create', 'ecnow_records.create', 'ecnow_data.create'])
    // Of the records that were created, number 1 is the case's of create: nobody updates it.
    expect(sandbox.mocks.requests().filter(({ body }) => /"id":"?1"?[,}]|<id>1<\/id>/.test(body))).toEqual([])
  })

  test('says what drifted', async () => {
    sandbox.mocks.reset()
    sandbox.mocks.setFault({ upstream: 'contactnow', fault: 'status-500', times: 1, operation: 'dnc.read' })
    const [, environment] = live[0] ?? []
    const { exitCode, out } = await run(
      ['--target', 'live', '--upstream', 'contactnow'],
      environment?.(sandbox.url) ?? {},
    )
    expect(exitCode).toBe(1)
    expect(out).toMatch(
      /drift {2}dnc\.read: in json, undisturbed\n {9}expected result \{"total":1,.*, seen CONTACTNOW_SERVER_FAULT later\n/,
    )
  })
})
