import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { CellResult } from './cell.ts'
import { WIRED_OPERATIONS, type WiredOperation } from './operations.ts'

/** The cells of one operation, to be played on a thread. */
export interface Task {
  readonly operation: string
  readonly filter: string
}

/** A cell as it comes back from a thread, which can hand over data only. */
export interface PlayedCell extends Pick<CellResult, 'actual' | 'wrong'> {
  readonly reply: CellResult['cell']['reply']
  readonly times: CellResult['cell']['times']
}

/** With more threads, the largest operation is what lasts. */
const MAX_THREADS = 8

/** Plays the cells of every operation whose names hold the filter, and hands over the results of one operation at a time. */
export async function playAll(
  filter: string,
  each: (operation: WiredOperation, results: readonly CellResult[]) => void,
): Promise<void> {
  const waiting = [...WIRED_OPERATIONS]
  const workThrough = async (): Promise<void> => {
    const worker = new Worker(new URL('worker.ts', import.meta.url))
    try {
      for (let operation = waiting.shift(); operation !== undefined; operation = waiting.shift()) {
        const played = await ask(worker, { operation: operation.name, filter })
        const results = played.map(({ reply, times, ...rest }) => ({ cell: { operation, reply, times }, ...rest }))
        if (results.length > 0) each(operation, results)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), MAX_THREADS) }, workThrough))
}

/** A thread's answer to a task. */
export type Answer = { readonly cells: readonly PlayedCell[] } | { readonly error: string }

async function ask(worker: Worker, task: Task): Promise<readonly PlayedCell[]> {
  const answered = once(worker, 'message')
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
  worker.postMessage(task)
  const [answer] = (await answered) as [Answer]
  if ('cells' in answer) return answer.cells
  throw new Error(`${task.operation}: ${answer.error}`)
}
