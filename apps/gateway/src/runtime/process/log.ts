import process from 'node:process'
import { setImmediate } from 'node:timers'
import { fromLevel, jsonLine, prettyLine } from '../../log-line.ts'
import type { Log, LogLevel } from '../../ports.ts'

/** As much as may wait for a reader of the log that does not read: then what is not urgent is left out, and counted. */
const MAX_WAITING_BYTES = 1_048_576

/** Where lines go: standard error, or a stand-in. */
export interface LineSink {
  write(text: string): unknown
  readonly writableLength: number
}

/**
 * Creates the log of a process: a line of JSON for each entry on standard error, or one for a person where that is a
 * terminal. The lines of one turn are written together, since each write costs more than a line.
 */
export function createLog(least: LogLevel): Log {
  const isTerminal = process.stderr.isTTY === true
  return fromLevel(least, (level, message, fields) => {
    const time = new Date().toISOString()
    const line = isTerminal ? prettyLine(time, level, message, fields) : jsonLine({ time, level, message, ...fields })
    lines.add(line, level)
  })
}

const lines = collectLines(process.stderr)
process.on('exit', lines.flush)

/** Collects lines until the turn ends. */
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
      const held = sink.writableLength + waiting.length
      if (held > (isUrgent ? 2 * MAX_WAITING_BYTES : MAX_WAITING_BYTES)) {
        leftOut += 1
        return
      }
      if (waiting === '') setImmediate(flush)
      if (leftOut > 0) waiting += `${jsonLine({ level: 'warn', message: 'log lines left out', count: leftOut })}\n`
      leftOut = 0
      waiting += `${line}\n`
    },
  }
}
