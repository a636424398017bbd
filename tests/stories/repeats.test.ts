import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { UPSTREAM_NAMES } from '@sluice/upstream-mocks'
import { eventually } from './eventually.ts'
import {
  allDelivered,
  contactOf,
  listDeliveries,
  postContact,
  type Running,
  startRunning,
  temporaryFolder,
} from './running.ts'

const REPEATS = 50

describe('the same Idempotency-Key again and again', () => {
  const folder = temporaryFolder()
  let sandbox: Sandbox
  let running: Running

  beforeAll(async () => {
    sandbox = await startSandbox(0)
    running = await startRunning({ sandboxUrl: sandbox.url, dataPath: folder.path })
  })

  afterAll(async () => {
    await running?.gateway.stop()
    sandbox?.stop()
    folder.remove()
  })

  test('50 requests at once get one and the same answer, and one event is delivered', async () => {
    const post = () => postContact(running.url, contactOf(1), { 'idempotency-key': 'order-1' })
    const responses = await Promise.all(Array.from({ length: REPEATS }, post))
    const bodies = await Promise.all(responses.map((response) => response.text()))
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(bodies).size).toBe(1)

    await eventually('the event is delivered', () => allDelivered(running.url, 3))
    expect(await (await post()).text()).toBe(bodies[0] ?? '')
    const { eventId } = JSON.parse(bodies[0] ?? '') as { eventId: string }
    expect((await listDeliveries(running.url)).map((delivery) => delivery.eventId)).toEqual([eventId, eventId, eventId])
    const effects = UPSTREAM_NAMES.map(
      (upstream) =>
        sandbox.mocks.requests({ upstream }).filter(({ body }) => body.includes('contact-1@example.com')).length,
    )
    expect(effects).toEqual([1, 1, 1])
  })

  test('with another body it is refused, whichever of the two comes first', async () => {
    const post = (number: number) => postContact(running.url, contactOf(number), { 'idempotency-key': 'order-2' })
    const statuses = await Promise.all([post(2), post(3), post(2), post(3)].map(async (sent) => (await sent).status))
    expect(statuses.toSorted((one, other) => one - other)).toEqual([202, 202, 422, 422])
  })

  test('without a key two requests are two events', async () => {
    const answers = await Promise.all([1, 2].map(async () => (await postContact(running.url, contactOf(4))).json()))
    const [one, other] = answers as { eventId: string }[]
    expect(one?.eventId).not.toBe(other?.eventId)
  })
})
