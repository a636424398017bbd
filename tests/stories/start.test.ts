import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { denoCommand } from '../tools/deno.ts'
import { INSTALL_MS, installTools } from '../tools/install.ts'
import { eventually } from './eventually.ts'
import { temporaryFolder } from './running.ts'

const ROOT = resolve(import.meta.dir, '../..')
/** Each runtime of which a process is made, and how it runs a file. */
const RUNTIMES = { bun: () => [process.execPath], deno: denoCommand } as const
const SLOW_MS = 30_000

beforeAll(() => installTools(), INSTALL_MS)

const folder = temporaryFolder()
let folders = 0
const started = new Set<Bun.Subprocess>()
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL')
  await Promise.all([...started].map(({ exited }) => exited))
  started.clear()
})
afterAll(() => folder.remove())

const newDataPath = () => join(folder.path, `data-${(folders += 1)}`)

/** Starts the program as a person does, with nothing in its environment but what is given. */
function startOn(runtime: keyof typeof RUNTIMES, environment: Readonly<Record<string, string>>) {
  const child = Bun.spawn([...RUNTIMES[runtime](), `apps/gateway/src/runtime/${runtime}/main.ts`], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      SANDBOX_PORT: '0',
      ...environment,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  started.add(child)
  let printed = ''
  const reading = (async () => {
    for await (const chunk of child.stdout) printed += new TextDecoder().decode(chunk)
  })()
  return {
    child,
    /** What it printed, once it listens. */
    banner: () => eventually('the banner', () => (printed.includes('Ctrl-C') ? printed : undefined), SLOW_MS),
    /** How it ended, for one that cannot start. */
    async ending() {
      const [errors, exitCode] = await Promise.all([new Response(child.stderr).text(), child.exited, reading])
      return { exitCode, lines: errors.trim().split('\n') }
    },
  }
}

const urlAfter = (banner: string, words: string): string =>
  new RegExp(`${words}\\s+(http://\\S+)`).exec(banner)?.[1] ?? ''

/** The command of a banner that posts a contact. */
const commandOf = (banner: string): string => banner.split('\n').find((line) => line.startsWith('curl -X POST')) ?? ''

/** Carries out a line of the banner in a shell, as pasted. */
async function paste(line: string): Promise<string> {
  const shell = Bun.spawn(['sh', '-c', line], { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' })
  return new Response(shell.stdout).text()
}

describe.each(['bun', 'deno'] as const)('the program on %s', (runtime) => {
  const start = (environment: Readonly<Record<string, string>>) => startOn(runtime, environment)

  test(
    'prints a command that works when pasted, and the contact arrives at all three upstreams',
    async () => {
      const banner = await start({ SLUICE_DATA: newDataPath() }).banner()
      const command = commandOf(banner)
      const { eventId, deliveries } = JSON.parse(await paste(command)) as { eventId: string; deliveries: unknown[] }
      expect(deliveries).toHaveLength(3)
      const look = /curl -H 'Authorization: Bearer sandbox-admin' (\S+)<eventId>/.exec(banner)?.[0] ?? ''
      await eventually('three deliveries', async () => {
        const event = JSON.parse(await paste(look.replace('<eventId>', eventId))) as { deliveries: { state: string }[] }
        return event.deliveries.every(({ state }) => state === 'delivered') || undefined
      })
      const received = JSON.parse(await paste(/curl '\S+requests\?upstream=contactnow'/.exec(banner)?.[0] ?? '')) as {
        total: number
      }
      expect(received.total).toBeGreaterThan(0)
    },
    SLOW_MS,
  )

  test(
    'ends within five seconds when it is told to, also with a call under way, and starts again on the same data',
    async () => {
      const data = newDataPath()
      const first = start({ SLUICE_DATA: data })
      const banner = await first.banner()
      const sandbox = urlAfter(banner, 'Sandbox of the upstreams')
      await fetch(`${sandbox}/_sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify({ upstream: 'danaconnect', fault: 'timeout-after', times: 1 }),
      })
      await paste(commandOf(banner))
      await eventually('the call', async () => {
        const reply = await fetch(`${sandbox}/_sandbox/requests?upstream=danaconnect`)
        return ((await reply.json()) as { total: number }).total > 0 || undefined
      })
      const toldAtMs = performance.now()
      first.child.kill('SIGINT')
      expect(await first.child.exited).toBe(0)
      const STOP_MS = 5000
      expect(performance.now() - toldAtMs).toBeLessThan(STOP_MS)

      const url = urlAfter(await start({ SLUICE_DATA: data }).banner(), 'Sluice listens on')
      const headers = { authorization: 'Bearer sandbox-admin' }
      const { deliveries } = (await (await fetch(`${url}/v1/deliveries?state=parked`, { headers })).json()) as {
        deliveries: unknown[]
      }
      // Nobody knows whether the message was started, so it is not started again.
      expect(deliveries).toMatchObject([{ destination: 'danaconnect', reason: { code: 'ABORTED' }, attemptCount: 1 }])
    },
    SLOW_MS,
  )
})

test(
  'what one runtime stored another reads, and goes on with',
  async () => {
    const data = newDataPath()
    const headers = { authorization: 'Bearer sandbox-admin' }
    const first = startOn('bun', { SLUICE_DATA: data })
    const { eventId } = JSON.parse(await paste(commandOf(await first.banner()))) as { eventId: string }
    first.child.kill('SIGKILL')
    await first.child.exited
    for (const runtime of ['deno', 'bun'] as const) {
      const next = startOn(runtime, { SLUICE_DATA: data })
      const url = urlAfter(await next.banner(), 'Sluice listens on')
      const event = (await (await fetch(`${url}/v1/events/${eventId}`, { headers })).json()) as {
        deliveries: unknown[]
      }
      expect(event.deliveries).toHaveLength(3)
      next.child.kill('SIGTERM')
      expect(await next.child.exited).toBe(0)
    }
  },
  SLOW_MS,
)

describe.each(['bun', 'deno'] as const)(
  'what cannot start on %s says why, a line for each thing, and ends with 1:',
  (runtime) => {
    const start = (environment: Readonly<Record<string, string>>) => startOn(runtime, environment)
    const port = () => {
      const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
      return { taken: String(server.port), free: () => server.stop(true) }
    }

    test(
      'a port in use',
      async () => {
        const { taken, free } = port()
        const { exitCode, lines } = await start({ SLUICE_DATA: newDataPath(), PORT: taken }).ending()
        expect({ exitCode, lines }).toEqual({ exitCode: 1, lines: [`sluice: port ${taken} is in use (PORT)`] })
        const sandbox = await start({ SLUICE_DATA: newDataPath(), SANDBOX_PORT: taken }).ending()
        expect(sandbox).toEqual({ exitCode: 1, lines: [`sluice: port ${taken} is in use (SANDBOX_PORT)`] })
        await free()
      },
      SLOW_MS,
    )

    test(
      'a data folder that cannot be written, that somebody works in, or whose file is no database',
      async () => {
        const file = join(folder.path, 'a-file')
        writeFileSync(file, '')
        const unwritable = `sluice: cannot write to the data folder ${file} (SLUICE_DATA)`
        expect(await start({ SLUICE_DATA: file }).ending()).toEqual({ exitCode: 1, lines: [unwritable] })

        const data = newDataPath()
        await start({ SLUICE_DATA: data }).banner()
        const taken = `sluice: another Sluice works in the data folder ${data} (SLUICE_DATA)`
        expect(await start({ SLUICE_DATA: data }).ending()).toEqual({ exitCode: 1, lines: [taken] })

        const unsound = newDataPath()
        mkdirSync(unsound)
        writeFileSync(join(unsound, 'sluice.sqlite'), 'x'.repeat(200))
        const said = `sluice: ${join(unsound, 'sluice.sqlite')} is not a sound database`
        expect(await start({ SLUICE_DATA: unsound }).ending()).toEqual({ exitCode: 1, lines: [said] })
      },
      SLOW_MS,
    )

    test(
      'settings that are missing or wrong, all at once',
      async () => {
        const { exitCode, lines } = await start({
          SLUICE_DATA: newDataPath(),
          PORT: 'abc',
          FIXED_EGRESS: 'maybe',
          CONTACTNOW_URL: 'http://contactnow.example/',
          DANACONNECT_USER: 'me',
          DANACONNECT_CONVERSATION_ID: 'abc',
          SIGNUP_WEBHOOK_SECRET: 'whsec_short',
          CONTACTNOW_PASSWORD: '',
        }).ending()
        expect(exitCode).toBe(1)
        expect(lines.toSorted()).toEqual(
          [
            'sluice: configuration: PORT must be a port from 0 to 65535',
            'sluice: configuration: FIXED_EGRESS must be yes or no',
            'sluice: configuration: DANACONNECT_CONVERSATION_ID must be a whole number',
            'sluice: configuration: contactnow: base URL must be https (http is allowed on loopback only)',
            'sluice: configuration: source signup: a secret is `whsec_` and the base64 of 24 to 64 bytes',
            ...[
              'SLUICE_INGEST_TOKEN',
              'SLUICE_ADMIN_TOKEN',
              'CONTACTNOW_DATASET',
              'CONTACTNOW_USERNAME',
              'CONTACTNOW_PASSWORD',
              'DANACONNECT_COMPANY',
              'DANACONNECT_PASSWORD',
              'DATATALKS_GROUP_KEY',
              'DATATALKS_ACCESS_KEY_ID',
              'DATATALKS_SECRET_ACCESS_KEY',
            ].map((name) => `sluice: configuration: ${name} is not set`),
          ].toSorted(),
        )
      },
      SLOW_MS,
    )

    test(
      'a gateway that forwards, without the rest of its settings: its secret alone says that no sandbox is meant',
      async () => {
        const SLUICE_CONFIG = join(ROOT, 'examples/relay/edge.config.ts')
        const { exitCode, lines } = await start({
          SLUICE_DATA: newDataPath(),
          SLUICE_CONFIG,
          RELAY_SECRET: 'whsec_short',
        }).ending()
        expect(exitCode).toBe(1)
        expect(lines).toContain('sluice: configuration: RELAY_URL is not set')
        expect(lines).toContain('sluice: configuration: SLUICE_INGEST_TOKEN is not set')
        expect(lines).toContain('sluice: configuration: sluice: a secret is `whsec_` and the base64 of 24 to 64 bytes')
      },
      SLOW_MS,
    )

    test(
      'a configuration file that is not there, or exports nothing',
      async () => {
        const path = join(folder.path, 'none.ts')
        expect(await start({ SLUICE_CONFIG: path }).ending()).toEqual({
          exitCode: 1,
          lines: [`sluice: there is no configuration file ${path} (SLUICE_CONFIG)`],
        })
        const empty = join(folder.path, 'empty.ts')
        writeFileSync(empty, 'export {}\n')
        expect(await start({ SLUICE_CONFIG: empty }).ending()).toEqual({
          exitCode: 1,
          lines: [`sluice: ${empty} must export as default what defineConfig returns`],
        })
      },
      SLOW_MS,
    )
  },
)
