import { afterAll, describe, expect, test } from 'bun:test'
import { type Sandbox, startSandbox, StartError } from '@sluice/gateway/bun'
import { eventually } from './eventually.ts'
import { allDelivered, contactOf, listDeliveries, postContact, startRunning, temporaryFolder } from './running.ts'

const EVENTS = 3
/** Beyond the wait after one attempt, 5 s and its jitter, and within what a signature may be off. */
const LATER_MS = 10_000

describe('a second run of the process picks up what the first one left', () => {
  const folder = temporaryFolder()
  let sandbox: Sandbox | undefined

  afterAll(async () => {
    sandbox?.stop()
    folder.remove()
  })

  test('deliveries that wait for an upstream that is down are delivered by the next process, once', async () => {
    const down = await startSandbox(0)
    const { url: sandboxUrl } = down
    down.stop()

    const first = await startRunning({ sandboxUrl, dataPath: folder.path })
    for (let number = 1; number <= EVENTS; number += 1) {
      expect((await postContact(first.url, contactOf(number))).status).toBe(202)
    }
    const waiting = await eventually('each delivery was tried once', async () => {
      const all = await listDeliveries(first.url, '&state=pending')
      return all.length === 3 * EVENTS && all.every(({ attemptCount }) => attemptCount === 1) ? all : undefined
    })
    expect(new Set(waiting.map(({ reason }) => reason?.code))).toEqual(new Set(['CONNECTION_REFUSED']))
    await first.gateway.stop()

    sandbox = await startSandbox(Number(new URL(sandboxUrl).port))
    const second = await startRunning({
      sandboxUrl,
      dataPath: folder.path,
      adapt: (ports) => ({ ...ports, nowMs: () => Date.now() + LATER_MS }),
    })
    await eventually('all are delivered', () => allDelivered(second.url, 3 * EVENTS))
    const delivered = await listDeliveries(second.url)
    await second.gateway.stop()

    expect(delivered.map(({ id }) => id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted())
    expect(delivered.map(({ countedAttemptCount }) => countedAttemptCount)).toEqual(Array(3 * EVENTS).fill(2))
    const effects = sandbox.mocks.requests().filter(({ effect, operation }) => effect > 0 && operation !== 'token.get')
    expect(effects).toHaveLength(3 * EVENTS)
  }, 20_000)

  test('a second process does not start in the folder of a first one', async () => {
    const shared = temporaryFolder()
    const options = { sandboxUrl: 'http://127.0.0.1:9', dataPath: shared.path }
    const first = await startRunning(options)
    const second: unknown = await startRunning(options).catch((error: unknown) => error)
    await first.gateway.stop()
    shared.remove()
    expect(second).toBeInstanceOf(StartError)
    expect((second as StartError).message).toBe(`another Sluice works in the data folder ${shared.path} (SLUICE_DATA)`)
  })
})
