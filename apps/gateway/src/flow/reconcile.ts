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
  | {
      readonly send: false
      readonly judgement: Judgement
      readonly receipt: Receipt | null
      /** Whether the look itself failed: it tells nothing, and is one of the ten attempts. */
      readonly failed: boolean
    }

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
  if (unsureAtMs === null) return SEND
  // It was sent when its route had a place for the id. Without one it is not known where to look, and so it is not sent.
  if (marker === null)
    return ended(UNCLEAR, 'The route no longer says where the upstream keeps the id of the delivery.')
  let asked = false
  const observe: FindCall['observe'] = (exchange) => {
    asked = true
    call.observe(exchange)
  }
  try {
    const look = () => destination.find(operation, payload, { place: marker, id }, { ...call, observe })
    const finding = await renewing(destination, look)
    switch (finding.verdict) {
      case 'landed':
        return { send: false, judgement: CONFIRMED, receipt: finding.receipt, failed: false }
      case 'absent':
        return nowMs >= unsureAtMs + settleMs ? SEND : ended(TOO_EARLY, 'It does not show at the upstream yet.')
      case 'unclear':
        return ended(UNCLEAR, 'What the upstream shows proves neither that it landed nor that it did not.')
    }
  } catch (error) {
    const judgement = judge(error, { sent: asked, idempotent: true })
    // A look that is refused will be refused again; that says nothing about the delivery, nor about any other.
    if (isFinal(error) && (asked || judgement.outcome === 'refused')) return ended(UNCLEAR, judgement.detail ?? '')
    // Looking changes nothing, so a look that may have been had is as good as one that was not.
    const outcome = judgement.outcome === 'unsure' ? 'busy' : judgement.outcome
    return { send: false, judgement: { ...judgement, outcome }, receipt: null, failed: true }
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof SluiceError && error.retry === 'never'
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

/** What a look came to that found nothing out. */
function ended(code: string, detail: string): Reconciled {
  const judgement = { outcome: 'unsure', throttled: false, retryAfterMs: null, code, detail } as const
  return { send: false, judgement, receipt: null, failed: false }
}
