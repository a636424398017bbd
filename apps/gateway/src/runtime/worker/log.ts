import type { Log } from '../../ports.ts'

/** Writes one line of JSON, which Workers Logs reads by its fields. */
export const writeLog: Log = (level, message, fields = {}) => {
  console.log(JSON.stringify({ level, message, ...fields }))
}
