import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

/** What must not overtake. */
export const ORDER: readonly Story[] = [
  {
    name: 'deliveries with one ordering key go one after the other, also over a retry; others overtake',
    async play({ gateway, sandbox }) {
      await sandbox.arm('datatalks', 'status-503')
      const first = await gateway.posted('ordered', loneOf(1))
      await eventually('the first has failed once', async () => {
        const { attemptCount, state } = await gateway.delivery(first)
        return (attemptCount === 1 && state === 'pending') || undefined
      })
      const second = await gateway.posted('ordered', loneOf(1))
      const other = await gateway.posted('ordered', loneOf(2))
      await gateway.in('delivered', other)
      const { state, waitsFor, attemptCount } = await gateway.delivery(second)
      same([state, waitsFor, attemptCount], ['pending', first, 0])
      const ofSecond = await gateway.in('delivered', second)
      const ofFirst = await gateway.delivery(first)
      same(ofFirst.state, 'delivered')
      const order = [ofFirst, ofSecond].map(({ attempts }) => Date.parse(attempts.at(-1)?.startedAt ?? ''))
      same(
        order.toSorted((one, next) => one - next),
        order,
      )
    },
  },
]
