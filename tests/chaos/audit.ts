import { openDataFolder } from '@sluice/gateway/bun'
import { UPSTREAM_NAMES } from '@sluice/upstream-mocks'
import { eachAtOnce } from './at-once.ts'
import { emailOf, postEvent, readEvent, type StoredEvent } from './gateway-api.ts'
import { DELIVERIES_PER_EVENT } from './plan.ts'
import type { Received } from './received.ts'

const CONCURRENCY = 8
/** Its one operation may be repeated: a contact that is there is only written over. */
const REPEATABLE = 'datatalks'

/** What became of deliveries. */
export interface Counts {
  /** The gateway says that they are delivered, and the upstream received them. */
  readonly delivered: number
  /** They wait in sight for a person. */
  readonly parked: number
  /** The upstream received them more than once, and must not have. */
  readonly duplicated: number
  /** The upstream received them more than once, which has the effect of once. */
  readonly repeated: number
}

/** What the gateway and the upstreams say about the events that were accepted. */
export interface GatewayAudit extends Counts {
  /** What is not as it was promised, a sentence each. */
  readonly problems: readonly string[]
}

/**
 * Asks the gateway for every accepted event: it must know it, answer its key with the same id, have delivered or parked
 * all of it, have noted an attempt for every time that an upstream received it, and know of a death for every time that
 * it left unclear or sent again.
 */
export async function auditGateway(
  url: string,
  ids: ReadonlyMap<number, string>,
  received: Received,
): Promise<GatewayAudit> {
  let total: GatewayAudit = NOTHING
  await eachAtOnce([...ids], CONCURRENCY, async ([event, id]) => {
    const repeatedId = await postEvent(url, event)
    const stored = await readEvent(url, id)
    const judged = stored === null ? problem('an accepted event is not known') : judgeEvent(event, stored, received)
    total = add(total, judged)
    if (repeatedId !== id) total = add(total, problem('a key was answered with another id than the first time'))
  })
  return total
}

/** Judges what became of one event. */
export function judgeEvent(event: number, { deliveries }: StoredEvent, received: Received): GatewayAudit {
  const { length } = deliveries
  const whole = length === DELIVERIES_PER_EVENT ? NOTHING : problem(`an event has ${length} deliveries`)
  return deliveries.reduce((total, delivery) => add(total, judgeDelivery(event, delivery, received)), whole)
}

function judgeDelivery(event: number, delivery: StoredEvent['deliveries'][number], received: Received): GatewayAudit {
  const { destination, state, reason, attempts } = delivery
  const upstream = UPSTREAM_NAMES.find((name) => name === destination)
  const times = upstream === undefined ? 0 : (received[upstream].get(emailOf(event)) ?? 0)
  const died = attempts.some(({ code }) => code === 'PROCESS_DIED')
  const problems: string[] = []
  const isAtEnd = state === 'delivered' || state === 'parked'
  const why = reason?.code ?? 'no reason'
  if (!isAtEnd) problems.push(`a delivery to ${destination} is ${state} (${why})`)
  if (state === 'delivered' && times === 0) problems.push(`${destination} never received what is delivered`)
  // A callback may come late on a busy machine; anything else is unclear only because of a kill.
  if (state === 'parked' && !died && why !== 'CALLBACK_MISSING') {
    problems.push(`a delivery to ${destination} is parked (${why}), and no kill explains it`)
  }
  if (times > attempts.length) {
    problems.push(`${destination} received an event ${times} times, in ${attempts.length} attempts`)
  }
  if (times > 1 && !died) problems.push(`${destination} received an event ${times} times, and no kill explains it`)
  return {
    delivered: state === 'delivered' && times > 0 ? 1 : 0,
    parked: state === 'parked' ? 1 : 0,
    duplicated: times > 1 && destination !== REPEATABLE ? 1 : 0,
    repeated: times > 1 && destination === REPEATABLE ? 1 : 0,
    problems,
  }
}

/** The audit of no event. */
export const NOTHING: GatewayAudit = { delivered: 0, parked: 0, duplicated: 0, repeated: 0, problems: [] }

const problem = (sentence: string): GatewayAudit => ({ ...NOTHING, problems: [sentence] })

function add(left: GatewayAudit, right: GatewayAudit): GatewayAudit {
  return {
    delivered: left.delivered + right.delivered,
    parked: left.parked + right.parked,
    duplicated: left.duplicated + right.duplicated,
    repeated: left.repeated + right.repeated,
    problems: right.problems.length === 0 ? left.problems : [...left.problems, ...right.problems],
  }
}

/** Checks the file of a data folder that was killed over and over, once no process works on it. */
export function auditFile(dataPath: string): readonly string[] {
  return auditDatabase(openDataFolder(dataPath))
}

/** Checks a database, and closes it. */
export function auditDatabase(database: ReturnType<typeof openDataFolder>): readonly string[] {
  try {
    const damage = database.all('PRAGMA integrity_check').map((row) => String(row['integrity_check']))
    const strays = database.all('PRAGMA foreign_key_check').length
    return [
      ...damage.filter((line) => line !== 'ok').map((line) => `the file is damaged: ${line}`),
      ...(strays === 0 ? [] : [`${strays} rows refer to what is not there`]),
    ]
  } finally {
    database.close()
  }
}
