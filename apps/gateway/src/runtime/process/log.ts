import process from 'node:process'
import { setTimeout } from 'node:timers'
import { fromLevel, jsonLine, prettyLine } from '../../log-line.ts'
import type { Log, LogLevel } from '../../ports.ts'

/** As much as may wait for a reader of the log that does not read: then what is not urgent is left out, and counted. */
const MAX_WAITING_BYTES = 1_048_576

/** How long a line may wait for others to be written with it: a write costs as much as several lines. */
const FLUSH_AFTER_MS = 50
/** As much is written at once. */
const FLUSH_FROM_LENGTH = 32_768

/** Where lines go: standard error, or a stand-in. */
export interface LineSink {
  write(text: string): unknown
  readonly writableLength: number
}

/**
 * Creates the log of a process: a line of JSON for each entry on standard error, or one for a person where that is a
 * terminal. Lines are written together, at the latest after 50 ms and before the process ends; an error at once.
 */
export function createLog(least: LogLevel): Log {
  const isTerminal = process.stderr.isTTY === true
  return fromLevel(least, (level, message, fields) => {
    const time = timeAt(Date.now())
    const line = isTerminal ? prettyLine(time, level, message, fields) : jsonLine(time, level, message, fields)
    lines.add(line, level)
  })
}

/** A busy gateway writes many lines in one millisecond. */
let written = { atMs: 0, time: new Date(0).toISOString() }
function timeAt(atMs: number): string {
  if (written.atMs !== atMs) written = { atMs, time: new Date(atMs).toISOString() }
  return written.time
}

const lines = collectLines(process.stderr)
process.on('exit', () => lines.flush())

/** Collects lines, to write several together. */
export function collectLines(sink: LineSink): { add(line: string, level: LogLevel): void; flush(): void } {
  let waiting = ''
  let leftOut = 0
  const flush = () => {
    const text = waiting
    waiting = ''
    if (text !== '') sink.write(text)
  }
  return {
    flush,
    add(line, level) {
      const isUrgent = level === 'error' || level === 'warn'
      if (sink.writableLength > (isUrgent ? 2 * MAX_WAITING_BYTES : MAX_WAITING_BYTES)) {
        leftOut += 1
        return
      }
      // It keeps no process alive: what ends one flushes.
      if (waiting === '') setTimeout(flush, FLUSH_AFTER_MS).unref()
      if (leftOut > 0) waiting += `${jsonLine(null, 'warn', 'log lines left out', { count: leftOut })}\n`
      leftOut = 0
      waiting += `${line}\n`
      if (level === 'error' || waiting.length > FLUSH_FROM_LENGTH) flush()
    },
  }
}
