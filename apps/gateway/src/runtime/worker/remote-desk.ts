import { StoreError } from '@sluice/errors'
import type { ApiKey } from '../../config.ts'
import { type Admission, configuredHolders, type KeyDesk } from '../../control/desk.ts'
import type { Log, Now } from '../../ports.ts'
import { resultOf } from './answer.ts'
import { BELIEVED_MS, type RemoteControl } from './remote-control.ts'

/** Requests of one key that an isolate may let in by itself before it asks again. */
const MAX_BLOCK = 1000
/** Keys that an isolate knows at once. */
const MAX_KNOWN = 1000

/** What an isolate may let in by itself. */
interface Block {
  readonly admission: Admission
  readonly untilMs: number
  /** What was asked for; twice as much is the next time, if it is used up before its time. */
  readonly wanted: number
  readonly calls: number
}

/**
 * Creates the desk of an isolate. The object that keeps the keys is asked about each request of a key that is seldom used;
 * of one that is used often it gives blocks, each twice the one before, which hold for some seconds: so a limit holds over
 * all isolates, and what is revoked is refused after that time at most.
 *
 * Where the object is not reached, keys of the configuration are let in all the same, and nobody counts.
 */
export function createRemoteDesk(
  keys: readonly ApiKey[],
  control: () => RemoteControl,
  { nowMs, log }: { readonly nowMs: Now; readonly log: Log },
): KeyDesk {
  const configured = configuredHolders(keys)
  const blocks = new Map<string, Block>()

  const keep = (digest: string, block: Block): void => {
    blocks.delete(digest)
    blocks.set(digest, block)
    const [oldest] = blocks.keys()
    if (blocks.size > MAX_KNOWN && oldest !== undefined) blocks.delete(oldest)
  }

  const ask = async (digest: string, wanted: number): Promise<Admission | null> => {
    try {
      return await resultOf(control().admit(digest, wanted))
    } catch (error) {
      const holder = (await configured).get(digest)
      if (!(error instanceof StoreError) || holder === undefined) throw error
      log('warn', 'control not reached: a key of the configuration is not counted', { key: holder.id })
      return { holder, calls: 1, left: holder.ratePerMinute, resetSeconds: 0 }
    }
  }

  return {
    async admit(digest, calls) {
      const now = nowMs()
      const held = blocks.get(digest)
      const holds = held !== undefined && held.untilMs > now
      if (holds && held.calls >= calls) {
        const rest = { ...held, calls: held.calls - calls }
        keep(digest, rest)
        return { ...rest.admission, calls, left: rest.admission.left + rest.calls }
      }
      const wanted = holds ? Math.min(held.wanted * 2, MAX_BLOCK) : calls
      const admission = await ask(digest, wanted)
      if (admission === null || admission.calls < calls) {
        blocks.delete(digest)
        return admission
      }
      // Others of the same moment may have got a block too.
      const other = blocks.get(digest)
      const spare = (other !== undefined && other.untilMs > now ? other.calls : 0) + admission.calls - calls
      keep(digest, { admission, untilMs: now + BELIEVED_MS, wanted, calls: spare })
      return { ...admission, calls, left: admission.left + spare }
    },
  }
}
