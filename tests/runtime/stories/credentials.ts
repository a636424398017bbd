import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import type { ShownDelivery, ShownGate } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

interface ShownDestination {
  readonly name: string
  readonly testable: boolean
  readonly gate: ShownGate
  readonly deliveries: Readonly<Record<string, number>>
}

interface CredentialsTest {
  readonly accepted: boolean
  readonly outcome: string
}

/** Credentials that an upstream does not accept. */
export const CREDENTIALS: readonly Story[] = [
  {
    name: 'refused credentials pause the destination, in sight, until somebody resumes it',
    short: true,
    async play({ gateway, sandbox }) {
      await sandbox.arm('danaconnect', 'status-401', { operation: 'start-data' })
      const id = await gateway.posted('starts', loneOf(1))
      const paused = await eventually('the pause', async () => {
        const { destinations } = await gateway.call<{ destinations: readonly ShownDestination[] }>(
          'GET',
          '/v1/destinations',
        )
        const found = destinations.find(({ name }) => name === 'danaconnect')
        // The gate closes a moment before the attempt that closed it is written down.
        return found?.gate.reason === 'credentials' && found.deliveries['leased'] === undefined ? found : undefined
      })
      same([paused.gate.state, paused.deliveries], ['closed', { pending: 1 }])
      const resumed = await gateway.call<ShownDestination>('POST', '/v1/destinations/danaconnect/resume')
      same([resumed.gate.state, resumed.gate.reason], ['open', null])
      const { countedAttemptCount } = await gateway.in('delivered', id)
      same(countedAttemptCount, 1)
    },
  },
  {
    name: 'a pause says who, when and why, refuses what it does not know, and outlives a restart',
    short: true,
    async play({ gateway, process }) {
      const path = '/v1/destinations/datatalks'
      const why = 'their maintenance until 06:00'
      const refused = await gateway.ask('POST', `${path}/pause`, { reason: why })
      same([refused.status, refused.text.includes('PARAMETER_INVALID')], [400, true])
      for (const body of [{}, { why: '' }, undefined])
        same((await gateway.ask('POST', `${path}/pause`, body)).status, 400)
      same((await gateway.call<ShownDestination>('GET', path)).gate.state, 'open')
      const paused = await gateway.call<ShownDestination>('POST', `${path}/pause`, { why })
      const { as, by, at } = paused.gate.decision ?? {}
      same([paused.gate.state, as, by, paused.gate.decision?.why], ['closed', 'pause', 'admin', why])
      same(Number.isNaN(Date.parse(at ?? '')), false)
      const id = await gateway.posted('single', loneOf(1))
      await process.stop()
      await process.restart()
      same((await gateway.call<ShownDestination>('GET', path)).gate, paused.gate)
      const resumed = await gateway.call<ShownDestination>('POST', `${path}/resume`)
      same([resumed.gate.state, resumed.gate.decision?.as, resumed.gate.decision?.why], ['open', 'resume', ''])
      await gateway.in('delivered', id)
      const { destinations } = await gateway.call<{ destinations: readonly ShownDestination[] }>(
        'GET',
        '/v1/destinations',
      )
      same(destinations.find(({ name }) => name === 'datatalks')?.gate.decision, resumed.gate.decision)
    },
  },
  {
    name: 'what waits behind a paused gate says so, and not what came of its last attempt',
    short: true,
    async play({ gateway, sandbox }) {
      await sandbox.arm('danaconnect', 'reset-after', { operation: 'start-data' })
      const old = await gateway.in('parked', await gateway.posted('starts', loneOf(1)))
      same([old.reason?.code, old.gate], ['CONNECTION_LOST', null])
      const path = '/v1/destinations/danaconnect'
      const { gate } = await gateway.call<ShownDestination>('POST', `${path}/pause`, { why: 'their maintenance' })
      same([gate.reason, gate.decision?.why], ['paused', 'their maintenance'])
      const retried = await gateway.call<ShownDelivery>('POST', `/v1/deliveries/${old.id}/retry`)
      same([retried.state, retried.reason, retried.gate], ['pending', null, gate])
      same(
        retried.attempts.map(({ code }) => code),
        ['CONNECTION_LOST'],
      )
      const id = await gateway.posted('starts', loneOf(2))
      const waiting = await gateway.delivery(id)
      same([waiting.state, waiting.reason, waiting.gate], ['pending', null, gate])
      same((await gateway.event(waiting.eventId)).deliveries[0]?.gate, gate)
      const elsewhere = await gateway.posted('single', loneOf(3))
      await gateway.in('delivered', elsewhere)
      const { deliveries } = await gateway.call<{ deliveries: readonly ShownDelivery[] }>('GET', '/v1/deliveries')
      same(
        [elsewhere, id, old.id].map((one) => deliveries.find((listed) => listed.id === one)?.gate),
        [null, gate, gate],
      )
      await gateway.call('POST', `${path}/resume`)
      same((await gateway.in('delivered', id)).gate, null)
      await gateway.in('delivered', old.id)
    },
  },
  {
    name: 'credentials are tested by a call that changes nothing, where the upstream has one',
    async play({ gateway, sandbox }) {
      const test = () => gateway.call<CredentialsTest>('POST', '/v1/destinations/contactnow/test')
      same((await test()).accepted, true)
      await sandbox.arm('contactnow', 'bad-credentials')
      const refused = await test()
      same([refused.accepted, refused.outcome], [false, 'unauthorized'])
      const none = await gateway.ask('POST', '/v1/destinations/danaconnect/test')
      same([none.status, none.text.includes('DESTINATION_NOT_TESTABLE')], [409, true])
      const unknown = await gateway.ask('POST', '/v1/destinations/nobody/test')
      same([unknown.status, unknown.text.includes('DESTINATION_UNKNOWN')], [404, true])
    },
  },
]
