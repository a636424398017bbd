import { sandboxEnvironment, startSandbox } from '@sluice/gateway/bun'
import { freePort } from '../stories/free-port.ts'
import { temporaryFolder } from '../stories/running.ts'
import type { Instance, RuntimeDriver } from './driver.ts'
import { createGatewayClient } from './gateway-client.ts'
import type { Cell } from './report.ts'
import { same } from './same.ts'
import { createSandboxClient } from './sandbox-client.ts'
import type { Story } from './story.ts'

/** Longer than any story takes on a busy machine. */
const STORY_MS = 120_000
/** Loads end at once, so that no story waits for them. */
const SANDBOX_SETTINGS = { danaconnect: { loadDelayMs: 20, callbackRetryMs: 50 } }

/**
 * Plays a story on several runtimes, beside each other: most of a story is waiting.
 *
 * @param texts - What was the same everywhere so far, by story; shared by all that one run plays.
 */
export function playOn(
  story: Story,
  drivers: readonly RuntimeDriver[],
  texts: Map<string, string>,
): Promise<readonly Cell[]> {
  return Promise.all(
    drivers.map(async (driver): Promise<Cell> => {
      const startedAtMs = performance.now()
      const failure = await play(story, driver, texts).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      return { story: story.name, runtime: driver.name, failure, ms: performance.now() - startedAtMs }
    }),
  )
}

/**
 * Plays a story on a runtime, with a gateway and a sandbox of its own, and takes both down.
 *
 * @throws Error the story does not hold there.
 */
async function play(story: Story, driver: RuntimeDriver, texts: Map<string, string>): Promise<void> {
  const folder = temporaryFolder()
  const sandbox = await startSandbox(0, SANDBOX_SETTINGS)
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  let instance: Instance | undefined
  try {
    instance = await driver.start({
      port,
      folder: folder.path,
      sandboxUrl: sandbox.url,
      environment: { ...definedOnly(sandboxEnvironment(sandbox.url)), SLUICE_PUBLIC_URL: url },
    })
    const stage = {
      gateway: createGatewayClient(instance.url),
      sandbox: createSandboxClient(sandbox.url),
      process: instance,
      sameEverywhere(text: string) {
        same(text, texts.get(story.name) ?? text)
        texts.set(story.name, text)
      },
    }
    await within(STORY_MS, story.play(stage))
  } catch (error) {
    throw withLog(error, instance?.log())
  } finally {
    await instance?.kill()
    sandbox.stop()
    folder.remove()
  }
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, overdue])
  } finally {
    clearTimeout(timer)
  }
}

const SHOWN_LOG_CHARACTERS = 2000

/** Adds the end of what the gateway logged, which often tells why. */
function withLog(error: unknown, log = ''): Error {
  const message = error instanceof Error ? error.message : String(error)
  const tail = log === '' ? '' : `\n${log.slice(-SHOWN_LOG_CHARACTERS).trimEnd()}`
  return new Error(`${message}${tail}`, { cause: error })
}
