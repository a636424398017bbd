import { openDataFolder } from '@sluice/gateway/bun'
import { UPSTREAM_NAMES } from '@sluice/upstream-mocks'
import { eachAtOnce } from './at-once.ts'
import { emailOf, otherStates, postEvent, readEvent } from './gateway-api.ts'
import { DELIVERIES_PER_EVENT } from './plan.ts'
import type { Received } from './received.ts'

const CONCURRENCY = 8

/** What the gateway says about the events that it accepted. */
export interface GatewayAudit {
  /** Accepted events that it does not know. */
  readonly unknownEvents: number
  /** What is not as it was promised, a sentence each. */
  readonly problems: readonly string[]
}

/**
 * Asks the gateway for every accepted event: it must know it, answer its key with the same id, have delivered all of it,
 * and have noted an attempt for every time that an upstream received it.
 */
export async function auditGateway(
  url: string,
  ids: ReadonlyMap<number, string>,
  received: Received,
): Promise<GatewayAudit> {
  let unknownEvents = 0
  const problems: string[] = []
  await eachAtOnce([...ids], CONCURRENCY, async ([event, id]) => {
    const repeatedId = await postEvent(url, event)
    if (repeatedId !== id) problems.push('a key was answered with another id than the first time')
    const stored = await readEvent(url, id)
    if (stored === null) unknownEvents += 1
    else problems.push(...faultsOf(event, stored, received))
  })
  for (const state of await otherStates(url)) problems.push(`a delivery is ${state}`)
  return { unknownEvents, problems }
}

type StoredEvent = NonNullable<Awaited<ReturnType<typeof readEvent>>>

function faultsOf(event: number, { deliveries }: StoredEvent, received: Received): readonly string[] {
  const faults: string[] = []
  if (deliveries.length !== DELIVERIES_PER_EVENT) faults.push(`an event has ${deliveries.length} deliveries`)
  for (const { destination, state, reason, attempts } of deliveries) {
    if (state !== 'delivered') faults.push(`a delivery to ${destination} is ${state} (${reason?.code ?? 'no reason'})`)
    const upstream = UPSTREAM_NAMES.find((name) => name === destination)
    const times = upstream === undefined ? 0 : (received[upstream].get(emailOf(event)) ?? 0)
    if (times > attempts.length) {
      faults.push(`${destination} received an event ${times} times, in ${attempts.length} attempts`)
    }
  }
  return faults
}

/** Checks the file that was killed over and over, once no process works on it. */
export function auditFile(dataPath: string): readonly string[] {
  const database = openDataFolder(dataPath)
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
