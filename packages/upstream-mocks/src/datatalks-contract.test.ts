import { describe, expect, test } from 'bun:test'

import { call, CONTACTS, EVENTS, PRODUCTS } from './datatalks-caller.ts'
import { createWorkbench } from './workbench.ts'

describe('Datatalks refuses with 400', () => {
  const broken: [name: string, path: string, body: string, messages: string[]][] = [
    ['a body that is not JSON', CONTACTS, '{"data":{},}', ['the body is not JSON']],
    [
      'the printed contract with its comment',
      CONTACTS,
      '{"data":{// your data here\n},"group_key":"abc123"}',
      ['the body is not JSON'],
    ],
    ['an empty body', CONTACTS, '', ['the body is not JSON']],
    ['an array as body', CONTACTS, '[]', ['the body must be an object']],
    ['no data', CONTACTS, '{"group_key":"abc123"}', ['data is required']],
    ['data as an array', CONTACTS, '{"data":[],"group_key":"abc123"}', ['data must be an object']],
    ['data as text', EVENTS, '{"data":"x","group_key":"abc123"}', ['data must be an object']],
    [
      'a nested object',
      CONTACTS,
      '{"data":{"address":{"city":"Stockholm"}},"group_key":"abc123"}',
      ['data must be flat'],
    ],
    [
      'an array of objects in data',
      CONTACTS,
      '{"data":{"tags":[{"a":"b"}]},"group_key":"abc123"}',
      ['data must be flat'],
    ],
    ['an array of numbers in data', CONTACTS, '{"data":{"tags":[1]},"group_key":"abc123"}', ['data must be flat']],
    ['null in data', CONTACTS, '{"data":{"name":null},"group_key":"abc123"}', ['null is not allowed in data']],
    ['no group_key', CONTACTS, '{"data":{}}', ['group_key is required']],
    ['an empty group_key', CONTACTS, '{"data":{},"group_key":""}', ['group_key is required']],
    ['a group_key that is a number', CONTACTS, '{"data":{},"group_key":1}', ['group_key is required']],
    [
      'groupKey as v2 spells it',
      CONTACTS,
      '{"data":{},"groupKey":"abc123"}',
      ['group_key is required', 'unknown member'],
    ],
    ['an unknown group_key', CONTACTS, '{"data":{},"group_key":"abc124"}', ['unknown group_key']],
    [
      'a group_key of another customer, in the same words',
      CONTACTS,
      '{"data":{},"group_key":"theirs"}',
      ['unknown group_key'],
    ],
    [
      'an unknown event type',
      EVENTS,
      '{"data":{"contactExtEventType":"purchase"},"group_key":"abc123"}',
      ['unknown contactExtEventType'],
    ],
    ['products as an object', PRODUCTS, '{"data":{"product_id":"P1"},"group_key":"abc123"}', ['data must be an array']],
    [
      'a product without product_id',
      PRODUCTS,
      '{"data":[{"name":"Milk"}],"group_key":"abc123"}',
      ['product_id is required'],
    ],
  ]
  const keys = [
    { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret', groupKeys: ['abc123'], mayInvoke: true },
    { accessKeyId: 'AKIDTHEIRS', secretAccessKey: 'x', groupKeys: ['theirs'], mayInvoke: true },
  ]
  test.each(broken)('%s', async (_name, path, body, messages) => {
    const bench = createWorkbench({ datatalks: { keys } })
    const seen = await call(bench, path, { body })
    expect([seen.status, JSON.parse(seen.text)]).toEqual([
      400,
      {
        success: false,
        messages,
        requestId: '00000000-0000-4000-8000-000000000001',
        datatalksId: '00000000-0000-4000-8000-000000000002',
        key: 'AKIDSANDBOX',
      },
    ])
    expect(bench.mocks.tallies().datatalks).toEqual({ requests: 1, effects: 0 })
  })
})
