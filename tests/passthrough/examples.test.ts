import { afterEach, expect, test } from 'bun:test'
import { operationsOf, readCommitted } from '../document/document.ts'
import { xmlExampleOf } from '../document/xml-example.ts'
import { setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const UPSTREAMS: ReadonlySet<string> = new Set(['ContactNow', 'DANAConnect', 'Datatalks'])
/** Reads what a load answered, and its id is made anew each time. */
const OF_OTHERS: ReadonlySet<string> = new Set(['readLoad'])

test.each(['application/json', 'application/xml'])(
  'the examples of typed calls work in the sandbox as they are written: %s',
  async (type) => {
    stage = await setStage()
    const operations = operationsOf(await readCommitted())
    const calls = operations.filter(
      ({ operation: { operationId, tags } }) => tags.some((tag) => UPSTREAMS.has(tag)) && !OF_OTHERS.has(operationId),
    )
    expect(calls).toHaveLength(25)
    // What is made comes before what is changed and read, and what is deleted last.
    const ORDER = ['post', 'patch', 'get', 'delete']
    const inOrder = calls.toSorted((one, other) => ORDER.indexOf(one.method) - ORDER.indexOf(other.method))
    for (const { method, path, operation } of inOrder) {
      const { operationId, parameters = [], requestBody } = operation
      const exampleOf = (name: string) => String(parameters.find((one) => one.name === name)?.schema?.example)
      const query = parameters.filter(({ in: place, required }) => place === 'query' && required === true)
      const target = `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => exampleOf(name))}?${query.map(({ name }) => `${name}=${exampleOf(name)}`).join('&')}`
      const media = requestBody?.content[type]
      const bytes = requestBody === undefined ? {} : { body: new Uint8Array([1]) }
      const example = media === undefined || type === 'application/json' ? media?.example : xmlExampleOf(media)
      const body = media === undefined ? bytes : { body: example, headers: { 'content-type': type } }
      const { status } = await stage.ask(method.toUpperCase(), target, body)
      expect([operationId, Math.floor(status / 100)]).toEqual([operationId, 2])
    }
  },
)

test('headers are in the document as they are sent', async () => {
  stage = await setStage()
  const body = { data: { email: 'ada@example.com' }, group_key: 'abc123' }
  const once = { 'idempotency-key': 'once' }
  const first = await stage.ask('POST', '/v1/datatalks/contacts', { body, headers: once })
  const again = await stage.ask('POST', '/v1/datatalks/contacts', { body, headers: once })
  const neither = await stage.ask('POST', '/v1/datatalks/contacts', { body, headers: { accept: 'text/html' } })
  const stranger = await stage.ask('POST', '/v1/datatalks/contacts', { body, headers: { authorization: 'Bearer x' } })
  const NAMES = ['vary', 'ratelimit', 'ratelimit-policy', 'idempotency-replayed']
  const sent = [first, again, neither, stranger].map(({ status, headers }) => [
    status,
    NAMES.map((name) => headers.has(name)),
  ])
  expect(sent).toEqual([
    [200, [true, true, true, false]],
    [200, [true, true, true, true]],
    [406, [true, true, true, false]],
    [401, [true, false, false, false]],
  ])
  const { paths } = await readCommitted()
  for (const { status, headers } of [again, neither, stranger]) {
    const told = paths['/v1/datatalks/contacts']?.['post']?.responses[status]
    const names = Object.keys(told?.headers ?? {}).map((name) => name.toLowerCase())
    expect([status, NAMES.filter((name) => names.includes(name))]).toEqual([
      status,
      NAMES.filter((name) => headers.has(name)),
    ])
  }
})
