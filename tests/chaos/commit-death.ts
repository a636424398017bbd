import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What the thread is given: the flag that becomes 1, and how long it waits after that. */
export interface CommitDeath {
  readonly flag: Int32Array
  readonly delayUs: number
}

/**
 * Starts a thread that waits for a word and then kills the whole process. A commit is synchronous: no code of the thread
 * that commits can run in the middle of it, so another one has to do it.
 *
 * @param delayUs - How long the thread waits after the word.
 * @returns what gives the word.
 */
export async function armCommitDeath(delayUs: number): Promise<() => void> {
  const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: CommitDeath = { flag, delayUs }
  const thread = new Worker(new URL('./commit-death-thread.ts', import.meta.url), { workerData })
  await once(thread, 'online')
  return () => {
    Atomics.store(flag, 0, 1)
    Atomics.notify(flag, 0)
  }
}
