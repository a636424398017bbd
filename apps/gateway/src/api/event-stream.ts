import type { HttpPorts } from '../ports.ts'
import { problemOf, RequestError } from '../problem.ts'
import type { Change, ChangeMatch, ChangesRead } from '../store/port.ts'
import { representChange } from './represent.ts'

/** After so long a client that lost its connection comes again, in milliseconds. */
const RETRY_MS = 2000
/** So often something is sent even if nothing happened: before any server or proxy takes the connection for dead. */
const BEAT_MS = 10_000
/** Every so many beats the key is looked at again: 30 s. */
const BEATS_PER_CHECK = 3
/** What happens in this time is read together. */
const GATHER_MS = 50
/** A client that takes nothing for so long is let go: it comes again, from where it was. */
const STALLED_MS = 60_000

/** What one reading sends at most, which is all that waits in memory for a client. */
export const PART = { limit: 100, maxBytes: 262_144 } as const

export interface StreamOptions {
  readonly ports: Pick<HttpPorts, 'store' | 'sleep' | 'watch' | 'log'>
  readonly match: ChangeMatch
  /** What was read first: a stream begins only where nothing is lost. */
  readonly first: ChangesRead
  /** Whether the key still lets its owner read. */
  readonly isAllowed: () => Promise<boolean>
  /** Called when the stream has ended, whoever ended it. */
  readonly leave: () => void
}

/** Makes the body of the stream: it reads on only when the client has taken what was read before. */
export function streamBody(options: StreamOptions): ReadableStream<Uint8Array> {
  const { sleep, watch, log } = options.ports
  const gone = new AbortController()
  gone.signal.addEventListener('abort', options.leave, { once: true })
  const frames = writeFrames(
    options,
    AbortSignal.any(watch.stopped === null ? [gone.signal] : [gone.signal, watch.stopped]),
  )
  const encoder = new TextEncoder()
  let parts = 0
  /** Whoever listens comes again, and is told what is wrong by a status. */
  const failed = (error: unknown): IteratorResult<string, undefined> => {
    log('error', 'stream failed', { error: error instanceof Error ? error.name : 'unknown' })
    return { value: undefined, done: true }
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = (parts += 1)
        const { value, done } = await frames.next().catch(failed)
        if (done === true) {
          gone.abort()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(value))
        void sleep(STALLED_MS).then(() => {
          // The next part is asked for as soon as this one was taken.
          if (parts !== part || gone.signal.aborted) return
          gone.abort()
          controller.error(new Error('the client takes nothing'))
        })
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 1 },
  )
}

/**
 * Writes what becomes of deliveries as server-sent events, until nobody listens, the key is revoked, or the process ends.
 * Each event has the place of its change as its id: whoever comes again with the last that he got misses nothing, and
 * gets nothing twice.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
async function* writeFrames(
  { ports: { store, sleep, watch }, match, first, isAllowed }: StreamOptions,
  ending: AbortSignal,
): AsyncGenerator<string> {
  const ended = new Promise<'ended'>((resolve) => ending.addEventListener('abort', () => resolve('ended')))
  const newBeat = () => sleep(BEAT_MS).then(() => 'beat' as const)
  const newChange = () => watch.changed().then(() => 'changed' as const)
  let read = first
  // Asked for before what it ends is read: so no commit comes between the two.
  let change = newChange()
  let beat = newBeat()
  let beats = 0
  // A client to whom nothing happens has a place to come again from nevertheless.
  let sent = first.changes.length === 0 ? first.position : ''
  yield sent === '' ? `retry: ${RETRY_MS}\n\n` : `retry: ${RETRY_MS}\nid: ${sent}\n\n`

  for (let reads = 1; !ending.aborted; reads += 1) {
    if (read.lost) {
      yield `event: problem\ndata: ${JSON.stringify(problemOf(new RequestError('STREAM_GAP')).problem)}\n\n`
      return
    }
    if (read.changes.length > 0) yield read.changes.map(frameOf).join('')
    sent = read.changes.at(-1)?.position ?? sent
    // The first reading was before anything was waited for.
    if (!read.more && reads > 1) {
      for (let what = await Promise.race([ended, beat, change]); what !== 'changed';) {
        if (what === 'ended') return
        beats += 1
        if (beats % BEATS_PER_CHECK === 0 && !(await isAllowed())) return
        // The place of what was not told is told: else it would be lost some day, however long the client listened.
        yield read.position === sent ? ':\n\n' : `:\nid: ${read.position}\n\n`
        sent = read.position
        beat = newBeat()
        what = await Promise.race([ended, beat, change])
      }
      await Promise.race([ended, sleep(GATHER_MS)])
    }
    if (reads >= watch.maxReads) return
    change = newChange()
    read = await store.readChanges({ after: read.position, match, ...PART })
  }
}

function frameOf(change: Change): string {
  return `id: ${change.position}\nevent: delivery\ndata: ${JSON.stringify(representChange(change))}\n\n`
}
