import { createRoute, z } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { DeliveryCount } from '../store/port.ts'
import type { KeyGuard } from './auth.ts'
import { createApi } from './create-api.ts'
import { representGate } from './represent-gate.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'
import {
  CredentialsTestSchema,
  DestinationListSchema,
  DestinationSchema,
  PauseSchema,
  ResumeSchema,
} from './schemas.ts'

const NAME = z.object({ name: z.string().openapi({ example: 'contactnow' }) })

/** Answers `GET /v1/destinations`, one of them, and `POST /v1/destinations/{name}/pause`, `/resume` and `/test`. */
export function destinationsApi(
  config: Config,
  { store, nowMs }: Pick<HttpPorts, 'store' | 'nowMs'>,
  outbox: Pick<Outbox, 'gate' | 'pause' | 'resume' | 'test'>,
  guard: KeyGuard,
  once: Once,
) {
  const represent = async (name: string, counts: readonly DeliveryCount[]) => {
    const factory = config.destinations.get(name)
    const gate = await outbox.gate(name)
    if (factory === undefined || gate === undefined) throw new RequestError('DESTINATION_UNKNOWN')
    const own = counts.filter(({ destination }) => destination === name).map(({ state, count }) => [state, count])
    return {
      name,
      kind: factory.kind,
      operations: Object.keys(factory.operations),
      testable: factory.testable,
      ...factory.limits,
      gate: representGate(gate, nowMs()),
      inFlight: gate.inFlight,
      deliveries: Object.fromEntries(own) as Partial<Record<DeliveryCount['state'], number>>,
    }
  }

  const listDestinations = createRoute({
    method: 'get',
    path: '/v1/destinations',
    operationId: 'listDestinations',
    summary: 'List destinations with the state of their gates',
    tags: ['Destinations'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    responses: { 200: jsonAnswer('The destinations.', DestinationListSchema), ...problemAnswers(...KEYED) },
  })

  const readDestination = createRoute({
    method: 'get',
    path: '/v1/destinations/{name}',
    operationId: 'readDestination',
    summary: 'Read a destination with the state of its gate',
    tags: ['Destinations'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params: NAME },
    responses: {
      200: jsonAnswer('The destination.', DestinationSchema),
      ...problemAnswers(...KEYED, 'DESTINATION_UNKNOWN'),
    },
  })

  const pauseDestination = createRoute({
    method: 'post',
    path: '/v1/destinations/{name}/pause',
    operationId: 'pauseDestination',
    summary: 'Close the gate of a destination until somebody resumes it',
    description:
      'Its deliveries wait, and use up no attempt. What is under way ends by itself. A restart changes nothing. When, with which key and why is kept with the gate.',
    tags: ['Destinations'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params: NAME,
      body: { required: true, content: { 'application/json': { schema: PauseSchema } } },
    },
    responses: {
      200: jsonAnswer('The destination as it is now.', DestinationSchema),
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, 'DESTINATION_UNKNOWN', 'STORE_FULL'),
    },
  })

  const resumeDestination = createRoute({
    method: 'post',
    path: '/v1/destinations/{name}/resume',
    operationId: 'resumeDestination',
    summary: 'Open the gate of a destination, whatever closed it',
    description:
      'For one that somebody paused, or that paused because its credentials were not accepted, once they are mended. When, with which key and why is kept with the gate.',
    tags: ['Destinations'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params: NAME,
      body: { content: { 'application/json': { schema: ResumeSchema } } },
    },
    responses: {
      200: jsonAnswer('The destination as it is now.', DestinationSchema),
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, 'DESTINATION_UNKNOWN', 'STORE_FULL'),
    },
  })

  const testDestination = createRoute({
    method: 'post',
    path: '/v1/destinations/{name}/test',
    operationId: 'testDestination',
    summary: 'Test the credentials of a destination',
    description:
      'By a call that changes nothing at the upstream. A destination whose upstream has no such call says `testable: false`. What comes of it opens or closes the gate as any other call would.',
    tags: ['Destinations'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: { ...onceRequest, params: NAME },
    responses: {
      200: jsonAnswer('What came of the test.', CredentialsTestSchema),
      ...problemAnswers(...KEYED, ...ONCE, 'DESTINATION_UNKNOWN', 'DESTINATION_NOT_TESTABLE', 'STORE_FULL'),
    },
  })

  return createApi()
    .openapi(listDestinations, async (context) => {
      const counts = await store.countDeliveries()
      const destinations = await Promise.all([...config.destinations.keys()].map((name) => represent(name, counts)))
      return context.json({ destinations }, 200)
    })
    .openapi(readDestination, async (context) =>
      context.json(await represent(context.req.valid('param').name, await store.countDeliveries()), 200),
    )
    .openapi(pauseDestination, async (context) => {
      const { name } = context.req.valid('param')
      const { why } = context.req.valid('json')
      if (!(await outbox.pause(name, { by: context.get('keyName'), why })))
        throw new RequestError('DESTINATION_UNKNOWN')
      return context.json(await represent(name, await store.countDeliveries()), 200)
    })
    .openapi(resumeDestination, async (context) => {
      const { name } = context.req.valid('param')
      const { why = '' } = context.req.valid('json')
      if (!(await outbox.resume(name, { by: context.get('keyName'), why })))
        throw new RequestError('DESTINATION_UNKNOWN')
      return context.json(await represent(name, await store.countDeliveries()), 200)
    })
    .openapi(testDestination, async (context) => {
      const { name } = context.req.valid('param')
      if (!config.destinations.has(name)) throw new RequestError('DESTINATION_UNKNOWN')
      const judgement = await outbox.test(name)
      if (judgement === null) throw new RequestError('DESTINATION_NOT_TESTABLE')
      const { outcome, code, detail } = judgement
      return context.json({ accepted: outcome === 'delivered', outcome, code, detail }, 200)
    })
}
