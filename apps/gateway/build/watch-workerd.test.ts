import { expect, test } from 'bun:test'
import { createWorkerdWatch } from './watch-workerd.ts'

const OTHERS = '  1 10 node\n  2 11 workerd\n  3 10 /usr/bin/workerd-like'
const ONE = `${OTHERS}\n  4 10 /opt/bin/workerd`
const TWO = `${ONE}\n  5 10 workerd`

/** Looks once at each of these lists, and says at which something had ended. */
const looksAt = (...lists: readonly (string | null)[]): readonly boolean[] => {
  const left = [...lists]
  const hasEnded = createWorkerdWatch(10, () => left.shift() ?? null)
  return lists.map(() => hasEnded())
}

test('a workerd of the group that is not there any more, or only listed still, has ended', () => {
  expect(looksAt(OTHERS, TWO, ONE, ONE)).toEqual([false, false, true, false])
  expect(looksAt(ONE, `${OTHERS}\n  4 10 workerd <defunct>`)).toEqual([false, true])
  expect(looksAt(ONE, `${OTHERS}\n  6 10 workerd`)).toEqual([false, true])
})

test('others, and one that was added, have not', () => {
  expect(looksAt(OTHERS, ONE, TWO, TWO.replace('  2 11 workerd\n', ''))).not.toContain(true)
  expect(looksAt(null, OTHERS, null, null)).not.toContain(true)
})
