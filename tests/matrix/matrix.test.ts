import { describe, expect, test } from 'bun:test'
import { seededRandom, shuffled } from '../chaos/random.ts'
import { nameOf } from './cell.ts'
import { listCells, listFaults } from './cells.ts'
import { playCells } from './play.ts'
import { faultsOf } from './report.ts'

/** Which cells the slice holds; `bun run matrix` plays all of them. */
const SEED = 5
const SLICE = 500

const faults = await listFaults()
const cells = listCells(faults)

describe('the fault matrix', () => {
  test('has each operation under each fault of the sandbox, once, three times and for ever', () => {
    const operations = new Set(cells.map(({ operation }) => operation.name)).size
    expect(faults.length).toBeGreaterThan(90)
    expect(cells.length).toBeGreaterThanOrEqual(operations * faults.length * 3)
    expect(new Set(cells.map(nameOf)).size).toBe(cells.length)
  })

  test(
    'a slice of it ends as the tables and the published rules predict',
    async () => {
      const slice = shuffled(seededRandom(SEED), cells).slice(0, SLICE)
      const failed: string[] = []
      await playCells(slice, (result) => void (result.wrong.length > 0 && failed.push(faultsOf(result))))
      expect(failed).toEqual([])
    },
    { timeout: 60_000 },
  )
})
