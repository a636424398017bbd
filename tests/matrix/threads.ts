import { availableParallelism } from 'node:os'
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
      worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), MAX_THREADS) }, workThrough))
}

function ask(worker: Worker, task: Task): Promise<readonly PlayedCell[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ cells: readonly PlayedCell[] } | { error: string }>) => {
      if ('cells' in data) resolve(data.cells)
      else reject(new Error(`${task.operation}: ${data.error}`))
    }
    worker.onerror = (event) => reject(new Error(`${task.operation}: ${event.message}`))
    worker.postMessage(task)
  })
}
