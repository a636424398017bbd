import { eventually } from '../../stories/eventually.ts'
import { contactOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

interface Previewed {
  readonly source: string
  readonly routes: readonly { readonly route: string; readonly operation?: string }[]
}

interface Replayed {
  readonly replayId: string
  readonly deliveries: readonly { readonly id: string; readonly operation: string }[]
}

interface Job {
  readonly id: string
  readonly state: string
  readonly done: number
}

const REFUSED = 3

/** What an operator does with events that were, or that are to come. */
export const AGAIN: readonly Story[] = [
  {
    name: 'a preview shows what would be sent where, and sends and stores nothing',
    short: true,
    async play({ gateway, sandbox }) {
      const body = JSON.stringify(contactOf(1))
      const asked = { source: 'contacts', contentType: 'application/json', body }
      const { source, routes } = await gateway.call<Previewed>('POST', '/v1/preview', asked)
      same([source, routes.length], ['contacts', 3])
      same(JSON.stringify(routes).split('contact-1@example.com').length > 3, true)
      same(await gateway.call('GET', '/v1/events'), { events: [], nextCursor: null })
      same((await sandbox.requests('datatalks')).length, 0)
    },
  },
  {
    name: 'a replay sends a stored event through the routes once more, as deliveries of the same event',
    async play({ gateway, sandbox }) {
      const { eventId, deliveries } = await gateway.accepted('contacts', contactOf(1))
      for (const { id } of deliveries) await gateway.in('delivered', id)
      const replayed = await gateway.call<Replayed>('POST', `/v1/events/${eventId}/replay`, { why: 'lost over there' })
      for (const { id } of replayed.deliveries) await gateway.in('delivered', id)
      same(
        replayed.deliveries.map(({ operation }) => operation),
        deliveries.map(({ operation }) => operation),
      )
      const event = await gateway.event(eventId)
      same(event.deliveries.length, 6)
      same((await sandbox.requests('danaconnect', 'start-data')).length, 2)
    },
  },
  {
    name: 'many dead deliveries are counted, and then sent again by one decision',
    async play({ gateway, sandbox }) {
      await sandbox.arm('contactnow', 'refusal-200', { times: REFUSED, operation: 'ecnow_datasets.create' })
      const ids: string[] = []
      for (let number = 1; number <= REFUSED; number += 1) {
        ids.push(await gateway.posted('campaigns', { description: `Spring ${number}` }))
      }
      for (const id of ids) await gateway.in('dead', id)
      const asked = { action: 'resend', filter: { state: 'dead', destination: 'contactnow' }, why: 'mended' }
      const { matched } = await gateway.call<{ matched: number }>('POST', '/v1/jobs', { ...asked, dryRun: true })
      same(matched, REFUSED)
      const { id: job } = await gateway.call<Job>('POST', '/v1/jobs', asked)
      const { done } = await eventually('the job is done', async () => {
        const found = await gateway.call<Job>('GET', `/v1/jobs/${job}`)
        return found.state === 'done' ? found : undefined
      })
      same(done, REFUSED)
      for (const id of ids) {
        const { resolutions } = await gateway.in('delivered', id)
        same(
          resolutions.map(({ as, why }) => [as, why]),
          [['resend', 'mended']],
        )
      }
    },
  },
]
