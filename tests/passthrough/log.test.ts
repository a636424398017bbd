import { afterEach, expect, test } from 'bun:test'
import { setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

test('the line of a call has the names of every attempt, and the id and the trace of its request', async () => {
  stage = await setStage()
  const headers = { 'x-request-id': 'req-of-a-caller', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }
  expect((await stage.ask('GET', '/v1/contactnow/datasets', { headers })).status).toBe(200)
  const lines = stage.world.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  const request = lines.find(({ message }) => message === 'request')
  const attempts = lines.filter(({ message }) => message === 'attempt')
  expect(attempts).toEqual([
    {
      level: 'info',
      message: 'attempt',
      destination: 'contactnow',
      operation: 'datasets.read',
      key: 'admin',
      outcome: 'delivered',
      durationMs: expect.any(Number),
      requestId: 'req-of-a-caller',
      trace_id: TRACE,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  ])
  expect(request).toMatchObject({ requestId: 'req-of-a-caller', trace_id: TRACE })
  expect(request?.['span_id']).not.toBe(attempts[0]?.['span_id'])
})

test('a call that fails has a line that says of which account and operation, and with what code of the upstream', async () => {
  stage = await setStage()
  stage.world.fault({ upstream: 'contactnow', fault: 'bad-credentials', times: 10, operation: 'token.get' })
  const asked = { body: { MobilePhone: '+46701234567' }, headers: { 'x-request-id': 'req-refused' } }
  const refused = await stage.ask('POST', '/v1/contactnow/datasets/104/records', asked)
  expect(refused).toMatchObject({ status: 502, json: { code: 'UPSTREAM_UNAUTHORIZED' } })
  expect(linesOf(stage, 'attempt')).toEqual([
    {
      level: 'warn',
      message: 'attempt',
      destination: 'contactnow',
      operation: 'records.create',
      key: 'admin',
      outcome: 'unauthorized',
      code: expect.stringMatching(/^CONTACTNOW_/),
      durationMs: expect.any(Number),
      requestId: 'req-refused',
      trace_id: expect.any(String),
      span_id: expect.any(String),
    },
  ])
  // Nobody is called while the gate is closed: the line of the request says whose it is.
  expect(await stage.ask('GET', '/v1/contactnow/datasets')).toMatchObject({ json: { code: 'DESTINATION_CLOSED' } })
  expect(linesOf(stage, 'attempt')).toHaveLength(1)
  const upstreamCode = linesOf(stage, 'attempt')[0]?.['code']
  expect(linesOf(stage, 'request')).toMatchObject([
    { destination: 'contactnow', operation: 'records.create', code: 'UPSTREAM_UNAUTHORIZED', upstreamCode },
    { destination: 'contactnow', operation: 'datasets.read', code: 'DESTINATION_CLOSED' },
  ])
  expect(stage.world.log.join('')).not.toContain('46701234567')
})

const linesOf = ({ world }: Stage, of: 'attempt' | 'request') =>
  world.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>).filter(({ message }) => message === of)
