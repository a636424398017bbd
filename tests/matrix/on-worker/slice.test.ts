import { beforeAll, describe, expect, test } from 'bun:test'
import { seededRandom, shuffled } from '../../chaos/random.ts'
import { installTools } from '../../tools/install.ts'
import { listCells, listFaults } from '../cells.ts'
import { DEATHS, NO_CONNECTION } from '../replies.ts'
import { faultsOf } from '../report.ts'
import { isLeftOut, playOnWorker } from './run.ts'

/** Which cells the slice holds; `bun run matrix --runtime worker` plays all of them. */
const SEED = 5
const SLICE = 40
const SLOW_MS = 120_000

const cells = shuffled(seededRandom(SEED), listCells(await listFaults())).filter(
  (cell) => cell.times !== 'for ever' && !isLeftOut(cell),
)

beforeAll(() => installTools(), SLOW_MS)

describe('the fault matrix on the Worker', () => {
  test(
    'a slice of it ends as the tables and the published rules predict, and no secret is in any file',
    async () => {
      const failed: string[] = []
      // What is different there, and what needs workerd to be killed, is among them whatever the seed.
      const refused = cells.filter(({ reply }) => reply === NO_CONNECTION).slice(0, 4)
      const dying = cells.filter(({ reply }) => DEATHS.has(reply)).slice(0, 4)
      const { wrong, searched } = await playOnWorker([...cells.slice(0, SLICE), ...refused, ...dying], (results) => {
        for (const result of results) if (result.wrong.length > 0) failed.push(faultsOf(result))
      })
      expect(failed).toEqual([])
      expect(wrong).toEqual([])
      expect(searched).toBeGreaterThan(SLICE)
    },
    SLOW_MS,
  )
})
