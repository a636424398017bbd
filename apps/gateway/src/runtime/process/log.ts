import process from 'node:process'
import type { Log } from '../../ports.ts'

/** Writes one line of JSON to standard error. */
export const writeLog: Log = (level, message, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
}
