/** Plays the cells of one operation after the other, on a thread of its own. */
import { parentPort } from 'node:worker_threads'
import { nameOf } from './cell.ts'
import { listCells, listFaults } from './cells.ts'
import { WIRED_OPERATIONS } from './operations.ts'
import { playCells } from './play.ts'
import type { Answer, PlayedCell, Task } from './threads.ts'

const faults = await listFaults()

async function playOperation({ operation, filter }: Task): Promise<readonly PlayedCell[]> {
  const wired = WIRED_OPERATIONS.filter(({ name }) => name === operation)
  const cells = listCells(faults, wired).filter((cell) => nameOf(cell).includes(filter))
  const played: PlayedCell[] = []
  await playCells(
    cells,
    ({ cell: { reply, times }, actual, wrong }) => void played.push({ reply, times, actual, wrong }),
  )
  return played
}

function answer(given: Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
  parentPort?.postMessage(given)
}

parentPort?.on('message', (task: Task) => {
  playOperation(task).then(
    (cells) => answer({ cells }),
    (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
