import { afterEach, beforeEach, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { ADMIN, type KeysWorld, LEAD, openKeysWorld } from './keys-world.ts'

let keys: KeysWorld
beforeEach(async () => {
  keys = await openKeysWorld()
})
afterEach(() => keys.world.stop())

const ALIAS = '/v1/destinations/mail/aliases/welcome'
const set = (conversationID: number, why = 'activated anew') => keys.call('PUT', ALIAS, { conversationID, why })

/** Posts a lead, lets it be sent, and reads what became of it. */
async function delivered() {
  const { body } = await keys.post('/webhooks/crm', { authorization: `Bearer ${ADMIN}` })
  const [delivery] = body['deliveries'] as readonly { readonly id: string }[]
  await keys.world.settle()
  return read(delivery?.id ?? '')
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly receipt: Readonly<Record<string, unknown>> | null
  readonly attempts: readonly { readonly outcome: string; readonly steps: readonly { request: { url: string } }[] }[]
}

const read = async (id: string) => (await keys.call<Shown>('GET', `/v1/deliveries/${id}`)).body

test('a delivery goes to what the alias stands for when it is sent, and shows which that was', async () => {
  await set(1001)
  const first = await delivered()
  expect(first).toMatchObject({ state: 'delivered', receipt: { conversation: 'welcome', conversationID: 1001 } })
  expect(first.attempts[0]?.steps[0]?.request.url).toContain('/conversation/1001/start/data')
  // What waits goes to the new one.
  await keys.call('POST', '/v1/destinations/mail/pause', { why: 'a new flow comes' })
  const waiting = await delivered()
  expect(waiting).toMatchObject({ state: 'pending', payload: { conversation: 'welcome' } })
  await set(2002)
  await keys.call('POST', '/v1/destinations/mail/resume')
  await keys.world.wake()
  const [sent] = (await read(waiting.id)).attempts
  expect(sent?.steps[0]?.request.url).toContain('/conversation/2002/start/data')
})

test('while it stands for nothing nobody is called, and nothing is lost', async () => {
  const dead = await delivered()
  expect(dead).toMatchObject({ state: 'dead', reason: { code: 'CONVERSATION_ALIAS_UNKNOWN' } })
  expect(dead.attempts).toMatchObject([{ outcome: 'refused', steps: [] }])
  expect(keys.world.effects('danaconnect')).toBe(0)
  await set(1001)
  await keys.call('POST', '/v1/jobs', {
    action: 'resend',
    filter: { code: 'CONVERSATION_ALIAS_UNKNOWN' },
    why: 'it is set',
  })
  await keys.world.runUntilIdle({ untilMs: keys.world.nowMs() + 60_000 })
  expect(await read(dead.id)).toMatchObject({ state: 'delivered', receipt: { conversationID: 1001 } })
  expect(keys.world.effects('danaconnect')).toBe(1)
})

test('while it cannot be looked up, nobody is called and the delivery waits', async () => {
  let readable = false
  const broken = await openKeysWorld({
    adapt: (ports) => ({
      ...ports,
      control: {
        ...ports.control,
        readAlias: (address) =>
          readable
            ? ports.control.readAlias(address)
            : Promise.reject(new StoreError('STORE_UNAVAILABLE', 'store: the object was not reached')),
      },
    }),
  })
  await broken.call('PUT', ALIAS, { conversationID: 1001, why: 'new' })
  await broken.post('/webhooks/crm', { authorization: `Bearer ${ADMIN}` })
  const [waiting] = await broken.world.deliveries()
  expect(waiting).toMatchObject({ state: 'pending', reason: { code: 'STORE_UNAVAILABLE' } })
  expect(broken.world.effects('danaconnect')).toBe(0)
  readable = true
  await broken.world.runUntilIdle({ untilMs: broken.world.nowMs() + 60_000 })
  expect(await broken.world.deliveries()).toMatchObject([{ state: 'delivered', receipt: { conversationID: 1001 } }])
  broken.world.stop()
})

test('the history says who set it, when and why', async () => {
  await set(1001, 'the first')
  const { secret } = await keys.made({ name: 'flow team', scopes: ['operate'] })
  await keys.call('PUT', ALIAS, { conversationID: 2002, why: 'activated anew' }, secret)
  const removed = await keys.call('DELETE', `${ALIAS}?why=over`)
  const at = new Date(keys.world.nowMs()).toISOString()
  const history = [
    { at, by: 'admin', why: 'over', before: 2002, after: null, removed: true },
    { at, by: 'flow team', why: 'activated anew', before: 1001, after: 2002, removed: false },
    { at, by: 'admin', why: 'the first', before: null, after: 1001, removed: false },
  ]
  expect(removed).toMatchObject({ status: 200, body: { conversationID: null, from: null, history } })
  expect(await keys.call('GET', ALIAS)).toMatchObject({ status: 200, body: { alias: 'welcome', history } })
  expect(await delivered()).toMatchObject({ state: 'dead' })
})

test('the configuration names what nobody has set, and holds again when that is removed', async () => {
  const path = '/v1/destinations/mail/aliases/configured'
  const fromConfiguration = { conversationID: 1001, from: 'configuration' }
  expect(await keys.call('GET', path)).toMatchObject({ body: { ...fromConfiguration, history: [] } })
  await keys.call('PUT', path, { conversationID: 7, why: 'a test' })
  await set(8)
  expect(await keys.call('GET', '/v1/destinations/mail/aliases')).toMatchObject({
    body: {
      aliases: [
        { alias: 'configured', conversationID: 7, from: 'api', changed: { by: 'admin', why: 'a test' } },
        { alias: 'welcome', conversationID: 8, from: 'api' },
      ],
    },
  })
  await keys.call('DELETE', `${path}?why=enough`)
  const history = [
    { why: 'enough', before: 7, after: 1001, removed: true },
    { why: 'a test', before: 1001, after: 7, removed: false },
  ]
  expect(await keys.call('GET', path)).toMatchObject({ body: { ...fromConfiguration, history } })
  await keys.call('PUT', path, { conversationID: 9, why: 'once more' })
  const more = [{ why: 'once more', before: 1001, after: 9, removed: false }, ...history]
  expect(await keys.call('GET', path)).toMatchObject({ body: { conversationID: 9, history: more } })
})

test('a preview shows what it stands for now', async () => {
  const preview = () =>
    keys.call('POST', '/v1/preview', { source: 'crm', contentType: 'application/json', body: JSON.stringify(LEAD) })
  expect((await preview()).text).toContain('CONVERSATION_ALIAS_UNKNOWN')
  await set(1001)
  expect((await preview()).text).toContain('/conversation/1001/start/data')
})

test.each([
  ['a destination that there is not', 'GET', '/v1/destinations/nil/aliases', undefined, 404, 'DESTINATION_UNKNOWN'],
  ['an alias that there is not', 'GET', ALIAS, undefined, 404, 'ALIAS_UNKNOWN'],
  ['to remove what there is not', 'DELETE', `${ALIAS}?why=x`, undefined, 404, 'ALIAS_UNKNOWN'],
  ['to remove without a reason', 'DELETE', ALIAS, undefined, 400, 'PARAMETER_INVALID'],
  [
    'a name that is none',
    'PUT',
    '/v1/destinations/mail/aliases/We%0Alcome',
    { conversationID: 1, why: 'x' },
    400,
    'PARAMETER_INVALID',
  ],
  ['no reason', 'PUT', ALIAS, { conversationID: 1 }, 400, 'PARAMETER_INVALID'],
  ['no number', 'PUT', ALIAS, { conversationID: '1', why: 'x' }, 400, 'PARAMETER_INVALID'],
  ['a number that is none', 'PUT', ALIAS, { conversationID: 0, why: 'x' }, 400, 'PARAMETER_INVALID'],
  ['a number that the vendor has not', 'PUT', ALIAS, { conversationID: 2 ** 31, why: 'x' }, 400, 'PARAMETER_INVALID'],
])('%s is refused', async (_, method, path, body, status, code) => {
  const answer = await keys.call(method, path, body)
  expect([answer.status, answer.body['code']]).toEqual([status, code])
})
