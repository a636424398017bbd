import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Sandbox, SANDBOX_KEYS, startSandbox } from '@sluice/gateway/bun'
import { eventually } from './eventually.ts'
import { contactOf, type Running, startRunning, temporaryFolder } from './running.ts'

interface Delivery {
  readonly id: string
  readonly destination: string
  readonly state: string
  readonly reason: { readonly code: string } | null
  readonly attempts: readonly unknown[]
  readonly resolutions: readonly unknown[]
}

const folder = temporaryFolder()
let sandbox: Sandbox
let running: Running
beforeAll(async () => {
  sandbox = await startSandbox(0)
  running = await startRunning({ sandboxUrl: sandbox.url, dataPath: folder.path })
})
afterAll(async () => {
  await running.gateway.stop()
  sandbox.stop()
  folder.remove()
})

async function call(method: string, path: string, body?: unknown, key: string = SANDBOX_KEYS.SLUICE_ADMIN_TOKEN) {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

/** Posts a contact while an upstream fails so, and returns its delivery there once it is in that state. */
async function deliveryThat(state: string, upstream: 'danaconnect' | 'contactnow', fault: Fault): Promise<Delivery> {
  sandbox.mocks.setFault({ upstream, fault, times: 1, operation: OPERATION[upstream] })
  const posted = await call('POST', '/webhooks/demo', contactOf(1), SANDBOX_KEYS.SLUICE_INGEST_TOKEN)
  const { deliveries } = posted.body as { deliveries: readonly Delivery[] }
  const { id = '' } = deliveries.find(({ destination }) => destination === upstream) ?? {}
  return eventually(`${upstream} ${state}`, async () => {
    const delivery = (await call('GET', `/v1/deliveries/${id}`)).body as Delivery
    return delivery.state === state ? delivery : undefined
  })
}
type Fault = 'reset-after' | 'refusal-200' | 'status-401'
const OPERATION = { danaconnect: 'start-data', contactnow: 'ecnow_records.create' } as const

const stateOf = async (id: string) => ((await call('GET', `/v1/deliveries/${id}`)).body as Delivery).state

describe('an operator', () => {
  test('sends a parked delivery again, and it is delivered', async () => {
    const { id, reason } = await deliveryThat('parked', 'danaconnect', 'reset-after')
    expect(reason).toMatchObject({ code: 'CONNECTION_LOST' })
    const { status, body } = await call('POST', `/v1/deliveries/${id}/resolve`, { as: 'resend', why: 'nobody got it' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ resolutions: [{ as: 'resend', by: 'admin', why: 'nobody got it' }] })
    await eventually('delivered', async () => (await stateOf(id)) === 'delivered' || undefined)
  })

  test('takes a parked delivery for done, and nothing is sent', async () => {
    const { id } = await deliveryThat('parked', 'danaconnect', 'reset-after')
    const before = sandbox.mocks.tallies().danaconnect.requests
    const { body } = await call('POST', `/v1/deliveries/${id}/resolve`, { as: 'delivered', why: 'saw the message' })
    expect(body).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'unsure' }] })
    expect(sandbox.mocks.tallies().danaconnect.requests).toBe(before)
  })

  test('gives up a dead delivery', async () => {
    const { id } = await deliveryThat('dead', 'contactnow', 'refusal-200')
    const { body } = await call('POST', `/v1/deliveries/${id}/resolve`, { as: 'drop', why: 'not a customer' })
    expect(body).toMatchObject({ state: 'dropped', reason: { code: 'CONTACTNOW_REFUSED' } })
  })

  test('cannot decide twice, nor about what is delivered, nor about what is not there', async () => {
    const { id } = await deliveryThat('dead', 'contactnow', 'refusal-200')
    const drop = { as: 'drop', why: 'x' }
    expect(await call('POST', `/v1/deliveries/${id}/resolve`, drop)).toMatchObject({ status: 200 })
    expect(await call('POST', `/v1/deliveries/${id}/resolve`, drop)).toMatchObject({
      status: 409,
      body: { code: 'DELIVERY_NOT_RESOLVABLE' },
    })
    expect(await call('POST', '/v1/deliveries/dlv_none/resolve', drop)).toMatchObject({
      status: 404,
      body: { code: 'DELIVERY_UNKNOWN' },
    })
  })

  test.each([
    ['no body', undefined],
    ['a body that is no JSON', '{'],
    ['another word', { as: 'retry', why: 'x' }],
    ['no reason', { as: 'drop' }],
    ['an empty reason', { as: 'drop', why: '' }],
  ])('is told when there is %s', async (_, body) => {
    expect(await call('POST', '/v1/deliveries/dlv_x/resolve', body)).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID' },
    })
  })

  test('opens the gate of a destination whose credentials were mended', async () => {
    const listed = async () => {
      const { destinations } = (await call('GET', '/v1/destinations')).body as { destinations: { name: string }[] }
      return destinations.find(({ name }) => name === 'danaconnect')
    }
    expect(await listed()).toMatchObject({ kind: 'danaconnect', gate: { state: 'open', reason: null } })
    const { id } = await deliveryThat('pending', 'danaconnect', 'status-401')
    await eventually('the pause', async () => {
      const found = await listed()
      return JSON.stringify(found).includes('"credentials"') ? found : undefined
    })
    expect(await listed()).toMatchObject({
      gate: { state: 'closed', reason: 'credentials' },
      deliveries: { pending: 1 },
    })
    const { status, body } = await call('POST', '/v1/destinations/danaconnect/resume')
    expect({ status, body }).toMatchObject({ status: 200, body: { gate: { state: 'open' } } })
    await eventually('delivered', async () => (await stateOf(id)) === 'delivered' || undefined)
    expect(await call('POST', '/v1/destinations/none/resume')).toMatchObject({
      status: 404,
      body: { code: 'DESTINATION_UNKNOWN' },
    })
  })
})
