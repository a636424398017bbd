import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openReserve } from './reserve.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function workbench() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-reserve-'))
  folders.push(folder)
  let now = 0
  let givenUp = 0
  const reserve = openReserve({ folder, nowMs: () => now, onGivenUp: () => (givenUp += 1) })
  const file = join(folder, 'reserve')
  return { folder, file, reserve, givenUp: () => givenUp, pass: (ms: number) => (now += ms) }
}

describe('room that is kept back', () => {
  test('is taken for real, and readable for nobody else', () => {
    const { file, reserve } = workbench()
    expect(reserve.isThere()).toBe(true)
    const { size, blocks, mode } = statSync(file)
    expect(size).toBe(8_388_608)
    expect(blocks * 512).toBeGreaterThanOrEqual(size)
    expect(mode & 0o777).toBe(0o600)
  })

  test('is given up once, and comes back a while later', () => {
    const { file, reserve, givenUp, pass } = workbench()
    reserve.giveUp()
    reserve.giveUp()
    expect([reserve.isThere(), existsSync(file), givenUp()]).toEqual([false, false, 1])
    pass(999)
    expect(reserve.isThere()).toBe(false)
    pass(1)
    expect([reserve.isThere(), existsSync(file)]).toEqual([true, true])
    reserve.giveUp()
    expect(givenUp()).toBe(2)
  })
})
