import { describe, expect, test } from 'bun:test'

import { call } from './datatalks-caller.ts'
import { createWorkbench } from './workbench.ts'

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e'
const SUCCESS = {
  success: true,
  messages: [],
  requestId: '00000000-0000-4000-8000-000000000001',
  datatalksId: '00000000-0000-4000-8000-000000000002',
  key: 'AKIDSANDBOX',
}

describe('Datatalks v2 and v3', () => {
  const accepted: [name: string, path: string, body: string, operation: string][] = [
    [
      'a profile',
      '/datatalks/v2/profiles',
      '{"type":"person","groupKey":"abc123","data":{"email":"a@b.c"}}',
      'v2.profiles',
    ],
    ['a profile without a group', '/datatalks/v2/profiles', '{"type":"person","data":{"age":32}}', 'v2.profiles'],
    ['an event', '/datatalks/v2/events', '{"type":"purchase_ev","data":{"total":"123.75"}}', 'v2.events'],
    ['an item', '/datatalks/v2/inventory', '{"type":"product_a","data":{"item_id":1}}', 'v2.inventory'],
    ['a profile of v3', '/datatalks/v3/profiles', `{"type":"person","data":{},"datatalksId":"${UUID}"}`, 'v3.profiles'],
    ['the printed member "null"', '/datatalks/v3/events', '{"type":"e","null":"main_group","data":{}}', 'v3.events'],
  ]
  test.each(accepted)('take %s', async (_name, path, body, operation) => {
    const bench = createWorkbench()
    const seen = await call(bench, path, { body })
    expect([seen.status, JSON.parse(seen.text)]).toEqual([200, SUCCESS])
    expect(bench.mocks.requests()).toMatchObject([{ operation, effect: 1 }])
    expect(bench.mocks.state().datatalks['laterVersions']).toMatchObject([{ operation }])
  })

  const refused: [name: string, path: string, body: string, messages: string[]][] = [
    [
      'group_key as v1 spells it',
      '/datatalks/v2/profiles',
      '{"type":"p","group_key":"abc123","data":{}}',
      ['unknown member'],
    ],
    ['groupKey in v3', '/datatalks/v3/profiles', '{"type":"p","groupKey":"abc123","data":{}}', ['unknown member']],
    [
      'a foreign groupKey',
      '/datatalks/v2/profiles',
      '{"type":"p","groupKey":"theirs","data":{}}',
      ['unknown groupKey'],
    ],
    ['no type', '/datatalks/v2/profiles', '{"data":{}}', ['type is required']],
    ['no data', '/datatalks/v3/events', '{"type":"e"}', ['data must be an object']],
    ['nested data', '/datatalks/v3/events', '{"type":"e","data":{"a":{"b":1}}}', ['data must be flat']],
    [
      'an id that is none',
      '/datatalks/v2/events',
      '{"type":"e","data":{},"datatalksId":"7"}',
      ['datatalksId must be a UUID'],
    ],
    [
      'the printed comma after the last member',
      '/datatalks/v2/profiles',
      '{"type":"person","data":{},}',
      ['the body is not JSON'],
    ],
    ['an array', '/datatalks/v2/profiles', '[]', ['the body must be an object']],
  ]
  test.each(refused)('refuse %s', async (_name, path, body, messages) => {
    const bench = createWorkbench()
    const seen = await call(bench, path, { body })
    expect([seen.status, (JSON.parse(seen.text) as { messages: string[] }).messages]).toEqual([400, messages])
    expect(bench.mocks.tallies().datatalks.effects).toBe(0)
  })

  const paths: [name: string, path: string, method: string][] = [
    ['contacts in v2', '/datatalks/v2/contacts', 'POST'],
    ['profiles in v1', '/datatalks/v1/profiles', 'POST'],
    ['a deletion', '/datatalks/v2/profiles', 'DELETE'],
  ]
  test.each(paths)('do not know %s', async (_name, path, method) => {
    const seen = await call(createWorkbench(), path, { method, body: '{"type":"p","data":{}}' })
    expect([seen.status, seen.text]).toEqual([403, '{"message":"Missing Authentication Token"}'])
  })

  test('are there only where the settings say so', async () => {
    const bench = createWorkbench({ datatalks: { versions: ['v1'] } })
    const body = '{"type":"person","data":{}}'
    expect((await call(bench, '/datatalks/v2/profiles', { body })).status).toBe(403)
  })
})
