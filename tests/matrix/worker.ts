/** Plays the cells of one operation after the other, on a thread of its own. */
import { nameOf } from './cell.ts'
import { listCells, listFaults } from './cells.ts'
import { WIRED_OPERATIONS } from './operations.ts'
import { playCells } from './play.ts'
import type { PlayedCell, Task } from './threads.ts'

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

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  playOperation(data).then(
    (cells) => postMessage({ cells }),
    (error: unknown) => postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
