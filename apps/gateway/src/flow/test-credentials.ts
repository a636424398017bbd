import type { Json } from '../store/port.ts'
import type { Lane } from './lane.ts'
import { CONFIRMED, type Judgement, judge } from './outcome.ts'

/**
 * Tests the credentials of a destination by a call that changes nothing, and lets its gate know. Never throws.
 *
 * @returns what came of it, and what of the gate has to be stored.
 */
export async function testCredentials(
  { destination, gatekeeper }: Pick<Lane, 'destination' | 'gatekeeper'>,
  signal: AbortSignal,
): Promise<{ readonly judgement: Judgement; readonly gate: Json | null }> {
  const watch = { observe: () => undefined, observeToken: () => undefined, signal }
  const judgement = await (destination.test?.(watch) ?? Promise.resolve()).then(
    () => CONFIRMED,
    (error: unknown) => judge(error, { sent: false, idempotent: true }),
  )
  return { judgement, gate: await gatekeeper.tested(judgement) }
}
