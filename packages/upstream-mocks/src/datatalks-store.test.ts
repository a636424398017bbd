import { describe, expect, test } from 'bun:test'

import { call, CONTACTS, EVENT, EVENTS, PRODUCTS } from './datatalks-caller.ts'
import type { MockSettingsInput } from './settings.ts'
import { createWorkbench } from './workbench.ts'

describe('Datatalks keeps state', () => {
  test('a contact that is sent twice is one contact, with the newer values', async () => {
    const bench = createWorkbench()
    await call(bench, CONTACTS)
    await call(bench, CONTACTS, {
      body: '{"data":{"email":"John.Doe@example.com","city":"Stockholm"},"group_key":"abc123"}',
    })
    expect(bench.mocks.state().datatalks['contacts']).toEqual([
      { email: 'John.Doe@example.com', name: 'John Doe', city: 'Stockholm' },
    ])
    expect(bench.mocks.tallies().datatalks.effects).toBe(2)
  })

  test('an event that is sent twice is two events', async () => {
    const bench = createWorkbench()
    for (let time = 0; time < 2; time += 1) await call(bench, EVENTS, { body: EVENT })
    expect(bench.mocks.state().datatalks).toMatchObject({
      eventCount: 2,
      events: [{ data: { value: 123.75 } }, { data: { value: 123.75 } }],
    })
  })

  test('a contact that is deleted is gone, and counts once', async () => {
    const bench = createWorkbench()
    await call(bench, CONTACTS)
    for (let time = 0; time < 2; time += 1) await call(bench, CONTACTS, { method: 'DELETE' })
    expect(bench.mocks.state().datatalks['contacts']).toEqual([])
    expect(bench.mocks.requests().map(({ effect }) => effect)).toEqual([1, 1, 0])
  })

  const feeds: ['add' | 'set', number][] = [
    ['add', 2],
    ['set', 1],
  ]
  test.each(feeds)('products sent twice follow the setting %s', async (products, count) => {
    const bench = createWorkbench({ datatalks: { products } })
    const body = '{"data":[{"product_id":"P1"}],"group_key":"abc123"}'
    for (let time = 0; time < 2; time += 1) await call(bench, PRODUCTS, { body })
    expect(bench.mocks.state().datatalks['products']).toEqual({
      abc123: Array.from({ length: count }, () => ({ product_id: 'P1' })),
    })
  })

  const MAPPINGS = [
    { kind: 'dynamic' as const, to: 'properties', keys: { school: 'School', teacher: 'Teacher' } },
    { kind: 'string' as const, from: 'epost', to: 'email' },
    { kind: 'list' as const, from: 'some_tags', to: 'tags' },
  ]
  const mapped: [
    name: string,
    settings: MockSettingsInput['datatalks'],
    data: object,
    status: number,
    forwarded: object[],
  ][] = [
    [
      'the sample of the vendor',
      {},
      { school: 'Some School', teacher: 'John Doe' },
      200,
      [{ properties: { School: 'Some School', Teacher: 'John Doe' } }],
    ],
    ['a text and a list', {}, { epost: 'a@b.c', some_tags: ['TAG1'] }, 200, [{ email: 'a@b.c', tags: ['TAG1'] }]],
    ['an attribute without mapping, which is left out', {}, { epost: 'a@b.c', other: 'x' }, 200, [{ email: 'a@b.c' }]],
    ['a scalar for a list, refused', { scalarForList: 'refuse' }, { some_tags: 'TAG1' }, 400, []],
    ['a scalar for a list, dropped', { scalarForList: 'drop' }, { some_tags: 'TAG1' }, 200, [{}]],
    ['a scalar for a list, forwarded', { scalarForList: 'forward' }, { some_tags: 'TAG1' }, 200, [{ tags: 'TAG1' }]],
  ]
  test.each(mapped)('what would be forwarded: %s', async (_name, settings, data, status, forwarded) => {
    const bench = createWorkbench({ datatalks: { mappings: { abc123: MAPPINGS }, ...settings } })
    const seen = await call(bench, CONTACTS, { body: JSON.stringify({ data, group_key: 'abc123' }) })
    expect(seen.status).toBe(status)
    const entries = bench.mocks.state().datatalks['forwarded'] as { forwarded: object }[]
    expect(entries.map((entry) => entry.forwarded)).toEqual(forwarded)
  })

  const tolerated: [name: string, settings: MockSettingsInput['datatalks'], body: string, status: number][] = [
    ['null', { nulls: 'accept' }, '{"data":{"a":null},"group_key":"abc123"}', 200],
    ['a boolean, by default', {}, '{"data":{"a":true},"group_key":"abc123"}', 200],
    ['a boolean, refused', { booleans: 'refuse' }, '{"data":{"a":true},"group_key":"abc123"}', 400],
    ['a further member', { extraMembers: 'accept' }, '{"data":{},"group_key":"abc123","type":"person"}', 200],
    [
      'an unknown event type',
      { unknownEventTypes: 'accept' },
      '{"data":{"contactExtEventType":"x"},"group_key":"abc123"}',
      200,
    ],
  ]
  test.each(tolerated)('what is not documented is a setting: %s', async (_name, datatalks, body, status) => {
    expect((await call(createWorkbench({ datatalks: datatalks ?? {} }), EVENTS, { body })).status).toBe(status)
  })
})
