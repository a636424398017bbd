import { SluiceError } from '@sluice/errors'
import type { Destination, FindCall, Receipt } from '../destinations/destination.ts'
import type { LeasedDelivery } from '../store/port.ts'
import { CONFIRMED, type Judgement, judge } from './outcome.ts'

/** An absence that proves nothing yet: what was sent may still be on its way into the upstream's tables. */
export const TOO_EARLY = 'ABSENT_SO_FAR'
/** The upstream shows records that may be this one, and nothing that proves it. */
const UNCLEAR = 'UNCLEAR_WHETHER_LANDED'

/** What a look came to: the delivery is to be sent, or it ends with this judgement. */
export type Reconciled =
  | { readonly send: true }
  | { readonly send: false; readonly judgement: Judgement; readonly receipt: Receipt | null }

const SEND: Reconciled = { send: true }

/**
 * Finds out whether an earlier attempt landed, before anything is sent again: by the delivery's id, which the upstream
 * keeps. An older record of the same contact is never taken for it.
 *
 * @param settleMs - How long after the attempt an absence is believed.
 */
export async function reconcile(
  destination: Destination,
  delivery: LeasedDelivery,
  { marker, settleMs }: { readonly marker: string | null; readonly settleMs: number },
  nowMs: number,
  call: FindCall,
): Promise<Reconciled> {
  const { id, operation, payload, unsureAtMs } = delivery
  if (unsureAtMs === null || marker === null) return SEND
  try {
    const finding = await renewing(destination, () => destination.find(operation, payload, { place: marker, id }, call))
    switch (finding.verdict) {
      case 'landed':
        return { send: false, judgement: CONFIRMED, receipt: finding.receipt }
      case 'absent':
        return nowMs >= unsureAtMs + settleMs
          ? SEND
          : ended('unsure', TOO_EARLY, 'It does not show at the upstream yet.')
      case 'unclear':
        return ended('unsure', UNCLEAR, 'The upstream shows records that may be this one, and nothing that proves it.')
    }
  } catch (error) {
    const judgement = judge(error, { sent: false, idempotent: true })
    // A look that is refused will be refused again, and says nothing about the delivery.
    return judgement.outcome === 'refused'
      ? ended('unsure', UNCLEAR, judgement.detail ?? '')
      : { ...NOTHING, judgement }
  }
}

/** Looks once more where a token was refused that the client has dropped: an old token is no reason to pause. */
async function renewing<Found>(destination: Destination, look: () => Promise<Found>): Promise<Found> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof SluiceError && destination.renews(error.code)) return look()
    throw error
  }
}

const NOTHING = { send: false, receipt: null } as const

function ended(outcome: 'unsure', code: string, detail: string): Reconciled {
  return { ...NOTHING, judgement: { outcome, throttled: false, retryAfterMs: null, code, detail } }
}
