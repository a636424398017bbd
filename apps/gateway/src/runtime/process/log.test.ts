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

test('lines are written together, in their order, and soon', async () => {
  const { promise: written, resolve } = Promise.withResolvers<string>()
  const lines = collectLines({ writableLength: 0, write: resolve })
  lines.add('one', 'info')
  lines.add('two', 'warn')
  expect(await written).toBe('one\ntwo\n')
})

test('an error is written at once, with what came before it', () => {
  const sink = stuckSink()
  const lines = collectLines(sink)
  lines.add('one', 'info')
  expect(sink.written).toEqual([])
  lines.add('two', 'error')
  expect(sink.written).toEqual(['one\ntwo\n'])
})

test('what waits is written when the process ends, and once', () => {
  const sink = stuckSink()
  const lines = collectLines(sink)
  lines.add('one', 'info')
  lines.flush()
  lines.flush()
  expect(sink.written).toEqual(['one\n'])
})

test('much is written before any time is over', () => {
  const sink = stuckSink()
  const lines = collectLines(sink)
  for (let count = 0; count < 100; count += 1) lines.add('x'.repeat(1000), 'info')
  expect(sink.written.length).toBeGreaterThan(2)
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
  expect(sink.written.join('').trim().split('\n')).toEqual([
    '{"level":"warn","message":"log lines left out","count":2}',
    'a warning',
    '{"level":"warn","message":"log lines left out","count":1}',
    'again',
  ])
})
