import { expect, test } from 'bun:test'
import { collectLines } from './log.ts'

const MIB = 1_048_576

/** A reader that does not read: what it is given waits. */
function stuckSink() {
  const written: string[] = []
  return {
    written,
    writableLength: 0,
    write(text: string) {
      written.push(text)
    },
  }
}

test('the lines of one turn are written together, in their order', async () => {
  const sink = stuckSink()
  const lines = collectLines(sink)
  lines.add('one', 'info')
  lines.add('two', 'error')
  expect(sink.written).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(sink.written).toEqual(['one\ntwo\n'])
  lines.add('three', 'info')
  lines.flush()
  expect(sink.written).toEqual(['one\ntwo\n', 'three\n'])
  await new Promise((resolve) => setImmediate(resolve))
  expect(sink.written).toHaveLength(2)
})

test('where nobody reads, lines are left out before memory fills up, and counted', () => {
  const sink = stuckSink()
  const lines = collectLines(sink)
  sink.writableLength = MIB + 1
  lines.add('a request', 'info')
  lines.add('another', 'info')
  lines.add('a warning', 'warn')
  sink.writableLength = 2 * MIB + 1
  lines.add('a warning too many', 'error')
  sink.writableLength = 0
  lines.add('again', 'info')
  lines.flush()
  const [text = ''] = sink.written
  expect(text.trim().split('\n')).toEqual([
    '{"level":"warn","message":"log lines left out","count":2}',
    'a warning',
    '{"level":"warn","message":"log lines left out","count":1}',
    'again',
  ])
})
