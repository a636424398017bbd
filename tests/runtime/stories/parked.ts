import { loneOf } from '../contacts.ts'
import type { ShownDelivery } from '../gateway-client.ts'
import { holds, same } from '../same.ts'
import type { Stage, Story } from '../story.ts'

/** A start of which nobody knows whether it landed: it did, but the reply never came. */
async function unsureStart({ gateway, sandbox }: Stage): Promise<ShownDelivery> {
  await sandbox.arm('danaconnect', 'reset-after', { operation: 'start-data' })
  const parked = await gateway.in('parked', await gateway.posted('starts', loneOf(1)))
  same(
    parked.attempts.map(({ outcome }) => outcome),
    ['unsure'],
  )
  return parked
}

const startsOf = async ({ sandbox }: Stage) => (await sandbox.requests('danaconnect', 'start-data')).length

/** What nobody knows the end of. */
export const PARKED: readonly Story[] = [
  {
    name: 'an unsure start is parked with its reason, and delivered when a person says so: nothing is sent',
    short: true,
    async play(stage) {
      const { id, reason } = await unsureStart(stage)
      same(reason?.code, 'CONNECTION_LOST')
      const { state, resolutions } = await stage.gateway.resolve(id, 'delivered', 'saw the message')
      same(state, 'delivered')
      same(
        resolutions.map(({ as, by, why }) => [as, by, why]),
        [['delivered', 'admin', 'saw the message']],
      )
      same(await startsOf(stage), 1)
    },
  },
  {
    name: 'a parked delivery is sent again when a person says so',
    async play(stage) {
      const { id } = await unsureStart(stage)
      await stage.gateway.resolve(id, 'resend', 'nobody got it')
      const { attempts } = await stage.gateway.in('delivered', id)
      same(
        attempts.map(({ outcome }) => outcome),
        ['unsure', 'delivered'],
      )
      same(await startsOf(stage), 2)
    },
  },
  {
    name: 'a parked delivery is given up when a person says so, and then nobody decides again',
    async play(stage) {
      const { id } = await unsureStart(stage)
      same((await stage.gateway.resolve(id, 'drop', 'not a customer')).state, 'dropped')
      const again = await stage.gateway.ask('POST', `/v1/deliveries/${id}/resolve`, { as: 'resend', why: 'x' })
      same([again.status, again.text.includes('DELIVERY_NOT_RESOLVABLE')], [409, true])
      same(await startsOf(stage), 1)
    },
  },
  {
    name: 'where a route marks its records an unsure one is found again, and not sent twice',
    async play({ gateway, sandbox }) {
      await sandbox.arm('contactnow', 'reset-after', { operation: 'ecnow_records.create' })
      const id = await gateway.posted('marked', { phone: '01234567890' })
      const { attempts, receipt } = await gateway.in('delivered', id)
      same(
        attempts.map(({ outcome, counted }) => [outcome, counted]),
        [
          ['unsure', true],
          ['delivered', false],
        ],
      )
      same(
        attempts[1]?.steps.map(({ purpose }) => purpose).filter((purpose) => purpose !== 'token'),
        ['read-back'],
      )
      holds(/^\d+$/.test(String(receipt?.['key'])), 'the receipt names the record')
      const created = (await sandbox.requests('contactnow', 'ecnow_records.create')).map(({ effect }) => effect)
      same(created, [1])
    },
  },
]
