import { env } from 'cloudflare:workers'
import { fromLevel, jsonLine, readLogLevel } from '../../log-line.ts'
import type { Log } from '../../ports.ts'

/** Writes one line of JSON, which Workers Logs reads by its fields, from `LOG_LEVEL` on. */
export const writeLog: Log = fromLevel(readLogLevel(levelSetting()) ?? 'info', (level, message, fields) => {
  console.log(jsonLine(null, level, message, fields))
})

function levelSetting(): string | undefined {
  const { LOG_LEVEL: level } = { LOG_LEVEL: undefined, ...env }
  return typeof level === 'string' && level !== '' ? level : undefined
}
