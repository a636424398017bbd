import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { type Running, startRunning, temporaryFolder } from '../stories/running.ts'
import { operationsOf, readCommitted } from './document.ts'

const folder = temporaryFolder()
let running: Running

beforeAll(async () => {
  running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
})
afterAll(async () => {
  await running?.gateway.stop()
  folder.remove()
})

const operations = operationsOf(await readCommitted()).filter(({ path }) => path.startsWith('/v1/'))

async function ask(method: string, target: string, type = 'application/json', body = '{}') {
  const headers = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}`, 'content-type': type }
  const reply = await fetch(`${running.url}${target}`, { method, headers, body: method === 'GET' ? null : body })
  const { code, errors = [] } = (await reply.json()) as { code?: string; errors?: { message: string }[] }
  return { status: reply.status, code, messages: errors.map(({ message }) => message) }
}

test.each(operations.map(({ method, path }) => [method.toUpperCase(), path] as const))(
  '%s %s refuses a parameter that it does not know',
  async (method, path) => {
    const { status, code, messages } = await ask(method, `${path.replaceAll(/\{\w+\}/g, 'x')}?dryRunn=true`)
    expect([status, code]).toEqual([400, 'PARAMETER_INVALID'])
    expect(messages.some((message) => message.startsWith('Unrecognized keys'))).toBe(true)
  },
)

test('a load takes its settings from the query only where its body has no place for them', async () => {
  const target = '/v1/danaconnect/tables/x/loads?operationType=UPDALL&keyField=EMAIL&strict=true'
  const json = await ask('POST', target, 'application/json', '{"rows":[{"EMAIL":"ada@example.com"}]}')
  expect(json).toEqual({
    status: 400,
    code: 'PARAMETER_INVALID',
    messages: ['Unrecognized keys: expected none but destination, orderingKey'],
  })
  // Rows are wrong in themselves, which is looked at after the query.
  expect(await ask('POST', target, 'text/csv', 'EMAIL')).toMatchObject({ status: 422, code: 'SCHEMA_MISMATCH' })
})
