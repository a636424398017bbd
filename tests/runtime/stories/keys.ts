import { resolve } from 'node:path'
import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import { type GatewayClient, KEYS } from '../gateway-client.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

interface Key {
  readonly id: string
  readonly state: string
  readonly lastUsedAt: string | null
}
interface Made {
  readonly key: Key
  readonly secret: string
}

const DEADLINE_MS = 30_000

const made = async (gateway: GatewayClient, fields: Readonly<Record<string, unknown>>): Promise<Made> => {
  const reply = await gateway.ask('POST', '/v1/keys', fields)
  same(reply.status, 201, reply.text)
  return JSON.parse(reply.text) as Made
}
const read = async (gateway: GatewayClient, secret: string): Promise<number> =>
  (await gateway.ask('GET', '/v1/events?limit=1', undefined, secret)).status
const sent = async (gateway: GatewayClient, source: string, secret: string): Promise<number> =>
  (await gateway.post(source, loneOf(1), { authorization: `Bearer ${secret}` })).status
/** What was changed holds at once in a process, and within seconds on Workers. */
const becomes = (status: number, what: string, ask: () => Promise<number>): Promise<unknown> =>
  eventually(what, async () => ((await ask()) === status ? true : undefined), DEADLINE_MS)

const PROGRAM = resolve(import.meta.dirname, '../../../apps/cli/src/keys.ts')

/** Runs the program for keys, and returns what it printed. */
async function program(gateway: GatewayClient, ...words: readonly string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, PROGRAM, ...words], {
    env: { SLUICE_URL: gateway.url, SLUICE_ADMIN_TOKEN: KEYS.admin },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  same(await child.exited, 0, errors)
  return output.trim()
}

const ALIAS = '/v1/destinations/danaconnect/aliases/welcome'

/** Keys that the API makes, and aliases that it sets. */
export const KEY_STORIES: readonly Story[] = [
  {
    name: 'a key that the API made reads, and does nothing else; its secret is told once',
    short: true,
    async play({ gateway, process }) {
      const { key, secret } = await made(gateway, { name: 'watcher', scopes: ['read'] })
      same(await read(gateway, secret), 200)
      same((await gateway.ask('POST', '/v1/keys', { name: 'x', scopes: ['read'] }, secret)).status, 403)
      same(await sent(gateway, 'keyed', secret), 403)
      const { lastUsedAt } = await gateway.call<Key>('GET', `/v1/keys/${key.id}`)
      holds(lastUsedAt !== null, 'its use was noted')
      const list = await gateway.ask('GET', '/v1/keys')
      holds(list.text.includes(key.id) && !list.text.includes(secret), 'the list shows the key and no secret')
      holds(!process.log().includes(secret), 'the log holds no secret')
    },
  },
  {
    name: 'a key posts to the source that it is for, and nowhere else',
    short: true,
    async play({ gateway }) {
      const { secret } = await made(gateway, { name: 'crm', scopes: ['ingest'], sources: ['keyed'] })
      same(await sent(gateway, 'keyed', secret), 202)
      const own = { authorization: '', 'x-api-key': secret }
      same((await gateway.post('keyed', loneOf(2), own)).status, 202, 'an empty header is none')
      same((await gateway.post('keyed', loneOf(3), { 'x-api-key': secret })).status, 401, 'two keys')
      const bare = { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': secret } }
      const body = JSON.stringify(loneOf(2))
      same((await gateway.send('/webhooks/keyed', { ...bare, body })).status, 202)
      same((await gateway.send(`/webhooks/keyed?key=${secret}`, { ...bare, headers: {}, body })).status, 401)
      same(await sent(gateway, 'keyed-too', secret), 403)
      same(await sent(gateway, 'single', secret), 401)
      same(await read(gateway, secret), 403)
    },
  },
  {
    name: 'a key is rotated with an overlap, and revoked',
    async play({ gateway, process }) {
      const { key, secret } = await made(gateway, { name: 'crm', scopes: ['read'] })
      const rotate = (overlapSeconds: number) =>
        gateway.call<Made>('POST', `/v1/keys/${key.id}/rotate`, { overlapSeconds })
      const second = await rotate(600)
      same([await read(gateway, secret), await read(gateway, second.secret)], [200, 200])
      const third = await rotate(0)
      await becomes(401, 'the first secret has ended', () => read(gateway, secret))
      await becomes(401, 'the second secret has ended', () => read(gateway, second.secret))
      same(await read(gateway, third.secret), 200)
      await process.stop()
      await process.restart()
      same([await read(gateway, third.secret), await read(gateway, secret)], [200, 401], 'after a restart')
      const revoked = await gateway.call<Key>('POST', `/v1/keys/${key.id}/revoke`, {})
      same(revoked.state, 'revoked')
      await becomes(401, 'the key is revoked', () => read(gateway, third.secret))
    },
  },
  {
    name: 'the program for keys creates one, rotates it and revokes it',
    async play({ gateway }) {
      const secret = await program(gateway, 'create', '--name', 'crm', '--scopes', 'ingest', '--sources', 'keyed')
      same(await sent(gateway, 'keyed', secret), 202)
      const next = await program(gateway, 'rotate', 'crm', '--overlap', '600')
      same([await sent(gateway, 'keyed', secret), await sent(gateway, 'keyed', next)], [202, 202])
      const listed = await program(gateway, 'list')
      same([listed.includes('crm'), listed.includes(secret), listed.includes(next)], [true, false, false])
      await program(gateway, 'revoke', 'crm')
      await becomes(401, 'the key is revoked', () => sent(gateway, 'keyed', next))
    },
  },
  {
    name: 'keys of the configuration are listed and cannot be revoked by the API',
    async play({ gateway }) {
      const { keys } = await gateway.call<{ keys: readonly Key[] }>('GET', '/v1/keys')
      same(
        keys.map(({ id }) => id),
        ['config:admin', 'config:reader'],
      )
      const reply = await gateway.ask('POST', '/v1/keys/config:admin/revoke', {})
      same([reply.status, reply.text.includes('KEY_CONFIGURED')], [409, true])
    },
  },
  {
    name: 'a key that is used too often is told so, and when there is more',
    short: true,
    async play({ gateway }) {
      const { secret } = await made(gateway, { name: 'slow', scopes: ['read'], ratePerMinute: 3 })
      const replies = []
      for (let call = 1; call <= 4; call += 1) {
        replies.push(await gateway.ask('GET', '/v1/events?limit=1', undefined, secret))
      }
      same(
        replies.map(({ status }) => status),
        [200, 200, 200, 429],
      )
      const [first, , , last] = replies
      same(first?.headers.get('ratelimit-policy'), '"key";q=3;w=60')
      same(first?.headers.get('ratelimit'), '"key";r=2;t=20')
      same(last?.headers.get('ratelimit')?.startsWith('"key";r=0;t='), true)
      const seconds = Number(last?.headers.get('retry-after'))
      holds(seconds >= 1 && seconds <= 20, `Retry-After is ${seconds}`)
      holds(last?.text.includes('RATE_LIMITED') === true, 'it is told by its code')
    },
  },
  {
    name: 'many requests at once with one key are no more than it may',
    async play({ gateway }) {
      const { secret } = await made(gateway, { name: 'hasty', scopes: ['read'], ratePerMinute: 40 })
      const startedAtMs = performance.now()
      const statuses = await Promise.all(Array.from({ length: 120 }, () => read(gateway, secret)))
      const filled = Math.ceil(((performance.now() - startedAtMs) * 40) / 60_000)
      const passed = statuses.filter((status) => status === 200).length
      holds(passed >= 40 && passed <= 40 + filled, `${passed} passed`)
      same(statuses.filter((status) => status === 429).length, 120 - passed)
    },
  },
  {
    name: 'an alias that stands for nothing calls nobody; what died is sent again when it is set',
    short: true,
    async play({ gateway }) {
      const dead = await gateway.in('dead', await gateway.posted('named', loneOf(1)))
      same([dead.reason?.code, dead.attempts[0]?.steps], ['CONVERSATION_ALIAS_UNKNOWN', []])
      await gateway.call('PUT', ALIAS, { conversationID: 1001, why: 'it was missing' })
      await gateway.resolve(dead.id, 'resend', 'it is set')
      const { receipt } = await gateway.in('delivered', dead.id)
      same([receipt?.['conversation'], receipt?.['conversationID']], ['welcome', 1001])
    },
  },
  {
    name: 'an alias that is changed between two deliveries holds for the second, with its history kept',
    async play({ gateway }) {
      await gateway.call('PUT', ALIAS, { conversationID: 4711, why: 'the old one' })
      // There is no such conversation any more: the upstream refuses it, and the attempt shows which one it was.
      const old = await gateway.in('dead', await gateway.posted('named', loneOf(1)))
      holds(JSON.stringify(old.attempts).includes('/conversation/4711/'), 'the attempt shows the old one')
      await gateway.call('PUT', ALIAS, { conversationID: 1001, why: 'activated anew' })
      let number = 1
      await eventually(
        'a delivery goes to the new one',
        async () => {
          const id = await gateway.posted('named', loneOf((number += 1)))
          const { state, receipt } = await eventually(
            'it has ended',
            async () => {
              const found = await gateway.delivery(id)
              return found.state === 'delivered' || found.state === 'dead' ? found : undefined
            },
            DEADLINE_MS,
          )
          return state === 'delivered' && receipt?.['conversationID'] === 1001 ? true : undefined
        },
        DEADLINE_MS,
      )
      const { history } = await gateway.call<{
        history: readonly { by: string; why: string; before: number | null; after: number }[]
      }>('GET', ALIAS)
      same(
        history.map(({ by, why, before, after }) => [by, why, before, after]),
        [
          ['admin', 'activated anew', 4711, 1001],
          ['admin', 'the old one', null, 4711],
        ],
      )
      const preview = await gateway.ask('POST', '/v1/preview', {
        source: 'named',
        contentType: 'application/json',
        body: JSON.stringify(loneOf(1)),
      })
      holds(preview.text.includes('/conversation/1001/'), 'a preview shows the new one')
      same((await gateway.ask('PUT', ALIAS, { conversationID: 1, why: 'x' }, KEYS.reader)).status, 403)
    },
  },
]
