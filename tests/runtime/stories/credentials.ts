import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

interface ShownDestination {
  readonly name: string
  readonly testable: boolean
  readonly gate: {
    readonly state: string
    readonly reason: string | null
    readonly decision: { readonly as: string; readonly at: string; readonly by: string; readonly why: string } | null
  }
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
