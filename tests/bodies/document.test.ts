import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readDocument } from '../document/document.ts'
import { createReplyCheck, type ReplyCheck } from '../document/reply-check.ts'
import { type Bodies, MAX_BODY_BYTES, startBodies } from './gateway.ts'

interface Operation {
  readonly requestBody: { readonly content: Readonly<Record<string, unknown>> }
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, { readonly headers?: object; readonly content: object }>>
}
interface Document {
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>> }>
    >
  }
}

let gateway: Bodies
let document: Document
let check: ReplyCheck
beforeAll(async () => {
  gateway = await startBodies()
  const text = await (await fetch(`${gateway.url}/openapi.json`)).text()
  document = JSON.parse(text) as Document
  check = createReplyCheck(readDocument(text))
})
afterAll(() => gateway.stop())

test('the document says which bodies a source may take, and by which headers', () => {
  const { requestBody, parameters } = document.paths['/webhooks/{source}']?.post ?? {
    requestBody: { content: {} },
    parameters: [],
  }
  expect(Object.keys(requestBody.content)).toEqual([
    'application/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/x-ndjson',
  ])
  expect(parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['prefer', 'content-encoding', 'idempotency-key']),
  )
})

const LEAD = '{"email":"ada@x.test"}'
const STRICT = { prefer: 'handling=strict' }

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['single', LEAD, {}],
  ['batches', `[${LEAD}]`, STRICT],
  ['batches', `[${LEAD},1]`, {}],
  ['batches', '[1]', {}],
  ['batches', `[${LEAD},1]`, STRICT],
  ['batches', '[', {}],
  ['batches', '\n', { 'content-type': 'application/x-ndjson' }],
  ['batches', JSON.stringify(Array.from({ length: 51 }, () => 1)), {}],
  ['single', 'x', { 'content-encoding': 'gzip' }],
  ['single', 'x', { 'content-encoding': 'br' }],
  ['single', 'a&a', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['single', '%FF', { 'content-type': 'application/x-www-form-urlencoded' }],
])(
  'the document has the answer to %s %s %j: its status, its type, its headers and its code',
  async (source, body, headers) => {
    const reply = await read(await gateway.post(source, body, headers))
    expect(check({ method: 'POST', path: `/webhooks/${source}` }, reply)).toEqual([])
    const documented = document.paths['/webhooks/{source}']?.post.responses[reply.status]
    for (const name of ['Preference-Applied', 'Accept-Encoding'])
      if (reply.headers.has(name)) expect(Object.keys(documented?.headers ?? {})).toContain(name)
  },
)

test('the document has the answer to one event to a source of batches that is larger than one may be', async () => {
  const reply = await read(await gateway.post('batches', JSON.stringify({ more: 'x'.repeat(MAX_BODY_BYTES) })))
  expect(reply.status).toBe(413)
  expect(check({ method: 'POST', path: '/webhooks/batches' }, reply)).toEqual([])
})

const read = async (response: Response) => ({
  status: response.status,
  headers: response.headers,
  body: await response.text(),
})

test('the document has the answer to a body that is too slow', () => {
  expect(document.paths['/webhooks/{source}']?.post.responses['408']).toBeDefined()
  expect(document.components.schemas['Problem']?.properties?.['code']?.enum).toEqual(
    expect.arrayContaining(['BODY_TIMEOUT', 'BATCH_INCOMPLETE']),
  )
})
