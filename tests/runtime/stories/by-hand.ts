import type { GatewayClient, Reply } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Stage, Story } from '../story.ts'

const RECORDS = '/v1/contactnow/datasets/104/records'
const RECORD = { MobilePhone: '+46700000001', FirstName: 'Dana' }
const CREATE = 'ecnow_records.create'

const create = (gateway: GatewayClient, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  gateway.ask('POST', RECORDS, RECORD, undefined, headers)
const callsOf = async ({ sandbox }: Stage) => (await sandbox.requests('contactnow', CREATE)).length

/** What is called by hand. */
export const BY_HAND: readonly Story[] = [
  {
    name: 'a call by hand answers what the upstream says, in JSON and in XML',
    short: true,
    async play(stage) {
      const { gateway } = stage
      const created = await create(gateway)
      same([created.status, JSON.parse(created.text)], [201, { key: 1, info: 'Record is LIVE on the dialer.' }])
      const listed = await gateway.ask('GET', `${RECORDS}?limit=1`, undefined, undefined, { accept: 'application/xml' })
      same([listed.status, listed.headers.get('content-type')], [200, 'application/xml'])
      same(listed.text.includes('<total>1</total><list><item><id>1</id>'), true)
      stage.sameEverywhere(listed.text)
      same(await callsOf(stage), 1)
    },
  },
  {
    name: 'a call by hand that is to be stored first is delivered as any event',
    short: true,
    async play({ gateway }) {
      const stored = await create(gateway, { prefer: 'respond-async' })
      same([stored.status, stored.headers.get('preference-applied')], [202, 'respond-async'])
      const id = (stored.headers.get('location') ?? '').replace('/v1/deliveries/', '')
      const { receipt, operation } = await gateway.in('delivered', id)
      same([operation, receipt?.['key']], ['records.create', 1])
    },
  },
  {
    name: 'a call by hand of which nobody knows whether it landed is 409, and stays so',
    short: true,
    async play(stage) {
      const { gateway, sandbox } = stage
      await sandbox.arm('contactnow', 'reset-after', { operation: CREATE })
      const unsure = await create(gateway, { 'idempotency-key': 'unsure' })
      same([unsure.status, unsure.text.includes('UPSTREAM_UNSURE')], [409, true])
      const again = await create(gateway, { 'idempotency-key': 'unsure' })
      same([again.status, again.headers.get('idempotency-replayed')], [409, 'true'])
      same(await callsOf(stage), 1)
    },
  },
  {
    name: 'a call by hand with an idempotency key is made once, however often and after a restart',
    short: true,
    async play(stage) {
      const { gateway, process } = stage
      const key = { 'idempotency-key': 'once' }
      const answers = await Promise.all(Array.from({ length: 5 }, () => create(gateway, key)))
      same(
        answers.map(({ status, text }) => [status, text]),
        answers.map(() => [201, answers[0]?.text]),
      )
      await process.kill()
      await process.restart()
      const later = await create(gateway, key)
      same([later.status, later.text, later.headers.get('idempotency-replayed')], [201, answers[0]?.text, 'true'])
      const other = await gateway.ask('POST', RECORDS, { MobilePhone: '1' }, undefined, key)
      same([other.status, other.text.includes('IDEMPOTENCY_KEY_REUSED')], [422, true])
      same(await callsOf(stage), 1)
    },
  },
  {
    name: 'an upstream that asks to be left alone closes the gate for calls by hand, too',
    async play({ gateway, sandbox }) {
      await sandbox.arm('contactnow', 'status-429', { operation: CREATE, retryAfterSeconds: 100 })
      const busy = await create(gateway)
      same([busy.status, busy.headers.get('retry-after'), busy.text.includes('UPSTREAM_BUSY')], [503, '100', true])
      const closed = await create(gateway)
      same([closed.status, closed.text.includes('DESTINATION_CLOSED')], [503, true])
    },
  },
]
