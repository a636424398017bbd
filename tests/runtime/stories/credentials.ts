import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

interface ShownDestination {
  readonly name: string
  readonly testable: boolean
  readonly gate: { readonly state: string; readonly reason: string | null }
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
