import type { Ports } from '@sluice/gateway'
import { type Sandbox, SANDBOX_KEYS, startSandbox } from '@sluice/gateway/bun'
import { eventually } from './eventually.ts'
import { contactOf, postContact, type Running, type ShownDelivery, startRunning, temporaryFolder } from './running.ts'

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A gateway with a sandbox, a clock that can be set forward, and an operator's key. */
export interface Desk {
  readonly sandbox: Sandbox
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  readonly running: () => Running
  readonly ports: () => Ports
  /** Sets the clock forward. */
  readonly forward: (ms: number) => void
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
  /** Posts contacts that ContactNow refuses, and returns their deliveries there once they are dead. */
  readonly deadOnes: (numbers: readonly number[]) => Promise<readonly string[]>
  readonly waitFor: (id: string, state: string) => Promise<unknown>
}

/** Opens a desk. */
export async function openDesk(): Promise<Desk> {
  const folder = temporaryFolder()
  const sandbox = await startSandbox(0)
  let forwardMs = 0
  let ports: Ports | undefined
  const start = () =>
    startRunning({
      sandboxUrl: sandbox.url,
      dataPath: folder.path,
      adapt: (given) => (ports = { ...given, nowMs: () => given.nowMs() + forwardMs }),
    })
  let running = await start()
  const call: Desk['call'] = async (method, path, body) => {
    const response = await fetch(`${running.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const waitFor: Desk['waitFor'] = (id, state) =>
    eventually(`${id} ${state}`, async () => {
      const { body } = await call('GET', `/v1/deliveries/${id}`)
      return (body as ShownDelivery).state === state ? body : undefined
    })
  return {
    sandbox,
    call,
    waitFor,
    running: () => running,
    ports: () => {
      if (ports === undefined) throw new Error('the gateway never started')
      return ports
    },
    forward: (ms) => void (forwardMs += ms),
    restart: async () => {
      await running.gateway.stop()
      running = await start()
    },
    close: async () => {
      await running.gateway.stop()
      sandbox.stop()
      folder.remove()
    },
    deadOnes: async (numbers) => {
      const operation = 'ecnow_records.create'
      sandbox.mocks.setFault({ upstream: 'contactnow', fault: 'refusal-200', times: numbers.length, operation })
      const ids: string[] = []
      for (const number of numbers) {
        const posted = (await (await postContact(running.url, contactOf(number))).json()) as {
          deliveries: readonly ShownDelivery[]
        }
        ids.push(...posted.deliveries.filter(({ destination }) => destination === 'contactnow').map(({ id }) => id))
      }
      await Promise.all(ids.map((id) => waitFor(id, 'dead')))
      return ids
    },
  }
}
