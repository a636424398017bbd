import { expect, test } from 'bun:test'
import { createMockFetch, createUpstreamMocks, SANDBOX } from '@sluice/upstream-mocks'
import { contactnow } from './contactnow.ts'

const NOW_MS = 1_767_323_045_000
/** More than one read shows. */
const MANY = 700
const WATCH = { observe: () => undefined, observeToken: () => undefined, signal: new AbortController().signal }
const { username, password, dataset } = SANDBOX.contactnow
const FILTERS = { place: 'Reference', id: 'dlv_sought' }

/** A dataset with many records, of which the last carries the marker that was sought. */
async function longDataset(marker: string) {
  const mocks = createUpstreamMocks({ nowMs: () => NOW_MS })
  const account = contactnow({ username, password, baseUrl: 'http://127.0.0.1/contactnow/' })
  const calls = account.create({ fetch: createMockFetch(mocks), nowMs: () => NOW_MS })
  const create = (phone: string, reference: string) =>
    calls.deliver(
      'records.create',
      { dataset: String(dataset), MobilePhone: phone, Reference: reference },
      { ...WATCH, deliveryId: reference },
    )
  for (let number = 0; number < MANY; number += 1)
    await create(`0170000${String(number).padStart(4, '0')}`, `dlv_${number}`)
  await create('01999999999', marker)
  return (phone: string) =>
    calls.find(
      'records.create',
      { dataset: String(dataset), MobilePhone: phone, Reference: FILTERS.id },
      FILTERS,
      WATCH,
    )
}

test('a record is found by its number where the dataset is longer than a list', async () => {
  const find = await longDataset('dlv_sought')
  expect(await find('01999999999')).toEqual({ verdict: 'landed', receipt: { key: String(MANY + 1) } })
})

test('that no record has the number proves nothing there, and another record with it is not taken', async () => {
  const find = await longDataset('dlv_other')
  expect(await find('01888888888')).toMatchObject({ verdict: 'unclear' })
  expect(await find('01999999999')).toMatchObject({ verdict: 'unclear' })
})

test.each([
  ['has no place for the id', 'records.create', 'Reference', {}],
  ['has something else there', 'records.create', 'Reference', { Reference: 'order 7' }],
  ['has no place for the id', 'data.create', 'Reference', {}],
  ['does not end in the id', 'datasets.create', 'description', { description: 'spring' }],
] as const)('what was sent and %s cannot be looked for: %s', async (_, operation, place, more) => {
  const mocks = createUpstreamMocks({ nowMs: () => NOW_MS })
  const account = contactnow({ username, password, baseUrl: 'http://127.0.0.1/contactnow/' })
  const calls = account.create({ fetch: createMockFetch(mocks), nowMs: () => NOW_MS })
  const payload = operation.startsWith('datasets')
    ? { import_table: 'nelsontest', ...more }
    : { dataset: String(dataset), MobilePhone: '01999999999', ...more }
  await calls.deliver(operation, payload, { ...WATCH, deliveryId: 'dlv_sought' })
  expect(await calls.find(operation, payload, { place, id: 'dlv_sought' }, WATCH)).toEqual({ verdict: 'unclear' })
})
