import { eventually } from '../../stories/eventually.ts'
import { contactOf, loneOf } from '../contacts.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

const EVENTS = 40

/** What a process leaves to the next one. */
export const RESTART: readonly Story[] = [
  {
    name: 'killed while it receives and delivers, it loses nothing that it answered with 202',
    async play({ gateway, process, sandbox }) {
      await sandbox.arm('datatalks', 'timeout-after')
      const accepted: string[] = []
      const stuck = await gateway.posted('single', loneOf(0))
      await eventually('one is under way', async () => (await sandbox.requests('datatalks')).length > 0 || undefined)
      const sending = Array.from({ length: EVENTS }, async (_, index) => {
        // Those that the kill breaks off were promised nothing.
        const reply = await gateway.post('single', loneOf(index + 1)).catch(() => null)
        if (reply?.status !== 202) return
        accepted.push((JSON.parse(reply.text) as { deliveries: { id: string }[] }).deliveries[0]?.id ?? '')
      })
      await eventually('a few were accepted', () => accepted.length >= EVENTS / 4 || undefined)
      await process.kill()
      await Promise.all(sending)
      await process.restart()
      const taken = await gateway.in('delivered', stuck)
      same(
        taken.attempts.map(({ outcome, code }) => [outcome, code]),
        [
          ['unsure', 'PROCESS_DIED'],
          ['delivered', null],
        ],
      )
      for (const id of accepted) await gateway.in('delivered', id)
      const arrived = new Set((await sandbox.requests('datatalks')).map(({ body }) => /lone-\d+/.exec(body)?.[0]))
      holds(arrived.size > accepted.length, 'all of them arrived')
    },
  },
  {
    name: 'a start that the kill left unsure is parked, and not sent again',
    short: true,
    async play({ gateway, process, sandbox }) {
      await sandbox.arm('danaconnect', 'timeout-after', { operation: 'start-data' })
      const id = await gateway.posted('starts', loneOf(1))
      await eventually('it landed', async () => (await sandbox.requests('danaconnect')).length > 0 || undefined)
      await process.kill()
      await process.restart()
      const { reason, attempts } = await gateway.in('parked', id)
      same([reason?.code, attempts.map(({ outcome }) => outcome)], ['PROCESS_DIED', ['unsure']])
      same((await sandbox.requests('danaconnect')).length, 1)
    },
  },
  {
    name: 'stopped and started again, it knows its events, keys and gates, and delivers what waited',
    short: true,
    async play({ gateway, process, sandbox }) {
      await sandbox.arm('danaconnect', 'status-401', { operation: 'start-data' })
      const headers = { 'idempotency-key': 'order-1' }
      const first = await gateway.accepted('contacts', contactOf(1), headers)
      const [waiting, ...others] = first.deliveries.map(({ id }) => id)
      for (const id of others) await gateway.in('delivered', id)
      await eventually(
        'the pause',
        async () => (await gateway.ask('GET', '/v1/destinations')).text.includes('"credentials"') || undefined,
      )
      await process.stop()
      await process.restart()
      same(await gateway.accepted('contacts', contactOf(1), headers), first)
      same((await gateway.ask('GET', '/v1/destinations')).text.includes('"credentials"'), true)
      await gateway.call('POST', '/v1/destinations/danaconnect/resume')
      await gateway.in('delivered', waiting ?? '')
      same((await sandbox.requests('datatalks')).length, 1)
    },
  },
]
