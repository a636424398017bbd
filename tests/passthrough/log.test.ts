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
