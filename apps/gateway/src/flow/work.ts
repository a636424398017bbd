import { StoreError } from '@sluice/errors'
import type { Ports } from '../ports.ts'
import type { LeasedDelivery } from '../store/port.ts'
import { type BatchMember, commonKey, recordBatch } from './batch.ts'
import { newCallback, settle } from './callback.ts'
import { deliver, deliverBatch, type Delivered } from './deliver.ts'
import type { GateSignal } from './gate.ts'
import type { Lane } from './lane.ts'
import { record } from './record.ts'
import { logAttempts, logBatch } from './work-log.ts'
import { resumeTrace, traceHeaders } from '../trace.ts'

/** How long to wait before a store that failed is tried again. */
export const STORE_RETRY_MS = 1000

type WorkPorts = Pick<Ports, 'store' | 'nowMs' | 'newId' | 'newToken' | 'random' | 'sleep' | 'log'>

/** What one call needs: one delivery, or several that share it. */
export type Work = LeasedDelivery | readonly BatchMember[]

/** Sorts leased deliveries into the calls that they need. */
export function worksOf(leased: readonly LeasedDelivery[]): readonly Work[] {
  const alone = leased.filter(({ batch }) => batch === null)
  const batches = new Map<string, BatchMember[]>()
  for (const member of leased.filter(isMember)) {
    const members = batches.get(member.batch.id)
    if (members === undefined) batches.set(member.batch.id, [member])
    else members.push(member)
  }
  return [...alone, ...batches.values()]
}

function isMember(delivery: LeasedDelivery): delivery is BatchMember {
  return delivery.batch !== null
}

/** Lists the deliveries of a work. */
export function deliveriesOf(work: Work): readonly LeasedDelivery[] {
  return isBatch(work) ? work : [work]
}

/** Tells whether several deliveries share the call. */
export function isBatch(work: Work): work is readonly BatchMember[] {
  return Array.isArray(work)
}

/** Carries out one call and writes what came of it. Never throws. */
export async function carryOut(
  lane: Lane,
  work: Work,
  ports: WorkPorts & { readonly signal: AbortSignal },
): Promise<void> {
  await (isBatch(work) ? carryOutBatch(lane, work, ports) : carryOutOne(lane, work, ports))
}

type CarryPorts = Parameters<typeof carryOut>[2]

async function carryOutOne(lane: Lane, delivery: LeasedDelivery, ports: CarryPorts): Promise<void> {
  const { store, nowMs, newId, signal } = ports
  const policy = lane.policy(delivery)
  const trace = resumeTrace(delivery.trace, ports.random)
  const call = { nowMs, newId, policy, signal, sleep: ports.sleep, traceHeaders: traceHeaders(trace) }
  const delivered = await deliver(lane.destination, delivery, call)
  logAttempts(ports, delivery, delivered.attempts, trace)
  const requests = delivered.attempts.reduce((sum, { steps }) => sum + steps.length, 0)
  const gate = await lane.gatekeeper.leave(signalOf(delivered), requests)
  const request = record(delivery, delivered, policy, { nowMs: nowMs(), random: ports.random(), gate })
  await keepWriting(ports, async () => {
    if (!(await store.record(request))) ports.log('warn', 'lease lost', { delivery: delivery.id })
  })
}

async function carryOutBatch(lane: Lane, members: readonly BatchMember[], ports: CarryPorts): Promise<void> {
  const { store, nowMs, newId, signal } = ports
  const [first] = members
  if (first === undefined) return
  const { batch, operation } = first
  const callbackUrl = await openBatch(lane, members, first, ports)
  const payloads = members.map(({ payload }) => payload)
  const tried = await deliverBatch(
    lane.destination,
    operation,
    payloads,
    { batchId: batch.id, callbackUrl },
    { nowMs, signal, sleep: ports.sleep, policy: lane.policy(first) },
  )
  logBatch(ports.log, lane.name, first, members.length, tried)
  const gate = await lane.gatekeeper.leave(tried.judgement, tried.steps.length)
  const now = nowMs()
  const deliveries = recordBatch(members, tried, lane.policy, { nowMs: now, random: ports.random(), gate, newId })
  await keepWriting(ports, async () => {
    const held = await store.recordBatch({ batchId: batch.id, steps: tried.steps, deliveries })
    if (held < members.length) ports.log('warn', 'lease lost', { batch: batch.id, count: members.length - held })
  })
  await keepWriting(ports, () => settleEarly(lane, batch.id, ports))
}

/** Notes a batch before it is sent, so that a callback that overtakes the reply finds it. Returns the callback's address. */
async function openBatch(
  lane: Lane,
  members: readonly BatchMember[],
  { batch, operation }: BatchMember,
  ports: CarryPorts,
): Promise<string | null> {
  const createdAtMs = ports.nowMs()
  const callback =
    lane.callbacks === null ? null : await newCallback(lane.callbacks, lane.kind, ports.newToken(), createdAtMs)
  const made = { id: batch.id, destination: lane.name, operation, key: commonKey(batch.key), size: members.length }
  await keepWriting(ports, () => ports.store.openBatch({ ...made, createdAtMs, token: callback?.token ?? null }))
  return callback?.url ?? null
}

/** Carries out what a callback said that came before the deliveries of its batch waited for it. */
export async function settleEarly(
  lane: Lane,
  batchId: string,
  { store, nowMs, random }: Pick<Ports, 'store' | 'nowMs' | 'random'>,
): Promise<void> {
  const batch = lane.callbacks === null ? null : await store.readSettled(batchId)
  if (batch === null) return
  const verdict = lane.callbacks?.judge(batch.callback, batch, batch.callbackBefore)
  if (verdict === undefined || verdict.verdict === 'mismatch') return
  const now = nowMs()
  const moves = settle(batch, verdict, lane.policy, { nowMs: now, random: random() })
  await store.settleBatch({ batchId, callback: batch.callback, nowMs: now, moves })
}

/** A look that was answered is no failure of the upstream, also where its answer leaves the delivery unsure. */
function signalOf({ judgement, looked }: Delivered): GateSignal {
  return looked === 'only' && judgement.outcome === 'unsure' ? { ...judgement, outcome: 'refused' } : judgement
}

/**
 * A result that was not written would be taken for an attempt that the process died in, so a store that cannot write
 * gets it later. Any other error will not go away: the delivery is then found by its lease at the next start.
 */
async function keepWriting(
  { log, sleep }: Pick<WorkPorts, 'log' | 'sleep'>,
  write: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (error) {
      log('error', 'record failed', { error: nameOf(error) })
      if (!(error instanceof StoreError) || error.retry !== 'later') return
      await sleep(STORE_RETRY_MS)
    }
  }
}

/** Names an error for the log; its message may quote what was sent. */
export function nameOf(error: unknown): string {
  return error instanceof StoreError ? error.code : error instanceof Error ? error.name : 'unknown'
}
