import { eventually } from '../../stories/eventually.ts'
import { contactOf, loneOf } from '../contacts.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

const EVENTS = 150
const SENDERS = 10
const MANY_MS = 60_000
/** The second attempt is due after 5 s and a fifth at most; a machine may be busy, and a hanging call takes 20 s and more. */
const RETRIED_WITHIN_MS = 14_000

/** What arrives at the upstreams, and what is known of it. */
export const DELIVER: readonly Story[] = [
  {
    name: 'a contact arrives at all three upstreams, each with its receipt',
    short: true,
    async play({ gateway, sandbox }) {
      const { eventId, deliveries } = await gateway.accepted('contacts', contactOf(1))
      for (const { id } of deliveries) await gateway.in('delivered', id)
      const event = await gateway.event(eventId)
      for (const { attempts, receipt } of event.deliveries) {
        same(
          attempts.map(({ outcome, counted }) => [outcome, counted]),
          [['delivered', true]],
        )
        holds(receipt !== null, 'there is a receipt')
      }
      const calls = [
        ...(await sandbox.requests('danaconnect', 'start-data')),
        ...(await sandbox.requests('contactnow', 'ecnow_records.create')),
        ...(await sandbox.requests('datatalks', 'contacts.upsert')),
      ]
      same(
        calls.map(({ effect, body }) => [effect, body.includes('contact-1@example.com')]),
        [
          [1, true],
          [1, true],
          [1, true],
        ],
      )
    },
  },
  {
    name: 'a dataset is created, and updated by the key in its receipt',
    async play({ gateway, sandbox }) {
      const created = await gateway.in('delivered', await gateway.posted('campaigns', { description: 'Spring' }))
      const dataset = String(created.receipt?.['key'])
      holds(/^\d+$/.test(dataset), 'the receipt names the dataset')
      await gateway.in('delivered', await gateway.posted('campaigns', { description: 'Autumn', dataset }))
      const kept = JSON.stringify(await sandbox.state())
      same([kept.includes('Autumn'), kept.includes('Spring')], [true, false])
    },
  },
  {
    name: `${EVENTS} events from ${SENDERS} senders at once arrive exactly once`,
    async play({ gateway, sandbox }) {
      const ids: string[] = []
      let next = 0
      const sender = async () => {
        while (next < EVENTS) ids.push(await gateway.posted('single', loneOf((next += 1))))
      }
      await Promise.all(Array.from({ length: SENDERS }, sender))
      same(new Set(ids).size, EVENTS)
      const landed = await eventually(
        'all arrived',
        async () => {
          const requests = await sandbox.requests('datatalks')
          return requests.length >= EVENTS ? requests : undefined
        },
        MANY_MS,
      )
      same(landed.length, EVENTS)
      same(new Set(landed.map(({ body }) => /lone-\d+/.exec(body)?.[0])).size, EVENTS)
      for (const id of ids) await gateway.in('delivered', id)
    },
  },
  {
    name: 'an upstream that does not answer keeps no other waiting',
    async play({ gateway, sandbox }) {
      await sandbox.arm('danaconnect', 'timeout', { operation: 'start-data' })
      const { deliveries } = await gateway.accepted('contacts', contactOf(1))
      const idOf = (name: string) => deliveries.find(({ destination }) => destination === name)?.id ?? ''
      await gateway.in('delivered', idOf('contactnow'))
      await gateway.in('delivered', idOf('datatalks'))
      same((await gateway.delivery(idOf('danaconnect'))).state, 'leased')
    },
  },
  {
    name: 'an upstream that does not answer holds up no retry of another one',
    async play({ gateway, sandbox }) {
      await sandbox.arm('danaconnect', 'timeout', { operation: 'start-data' })
      await sandbox.arm('datatalks', 'status-500')
      const { deliveries } = await gateway.accepted('contacts', contactOf(1))
      const idOf = (name: string) => deliveries.find(({ destination }) => destination === name)?.id ?? ''
      const { attempts } = await gateway.in('delivered', idOf('datatalks'))
      const [failed, again] = attempts.map(({ startedAt }) => Date.parse(startedAt))
      same(attempts.length, 2)
      // Five seconds and their jitter; and not as long as the other one hangs.
      holds((again ?? Infinity) - (failed ?? 0) < RETRIED_WITHIN_MS, 'the second attempt came in time')
      same((await gateway.delivery(idOf('danaconnect'))).state, 'leased')
    },
  },
  {
    name: 'a refusal is dead, with the words of the upstream, and is not sent again',
    async play({ gateway, sandbox }) {
      await sandbox.arm('contactnow', 'refusal-200', { operation: 'ecnow_datasets.create' })
      const dead = await gateway.in('dead', await gateway.posted('campaigns', { description: 'Spring' }))
      same(dead.reason?.code, 'CONTACTNOW_REFUSED')
      same(
        dead.attempts.map(({ outcome, counted }) => [outcome, counted]),
        [['refused', true]],
      )
      const reply = JSON.stringify(dead.attempts[0]?.steps.at(-1))
      holds(reply.includes('"status":200'), 'the reply is shown')
      holds((dead.attempts[0]?.detail ?? '') !== '', 'the words are shown')
    },
  },
  {
    name: 'a token that ran out is renewed within the attempt',
    short: true,
    async play({ gateway, sandbox }) {
      await gateway.in('delivered', await gateway.posted('campaigns', { description: 'Spring' }))
      await sandbox.expireTokens()
      const { attempts } = await gateway.in('delivered', await gateway.posted('campaigns', { description: 'Summer' }))
      same(
        attempts.flatMap(({ steps }) => steps.map(({ purpose }) => purpose)),
        ['delivery', 'token', 'delivery'],
      )
      same(
        attempts.map(({ outcome, counted }) => [outcome, counted]),
        [
          ['unauthorized', false],
          ['delivered', true],
        ],
      )
    },
  },
]
