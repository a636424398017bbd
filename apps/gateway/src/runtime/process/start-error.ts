import { ConfigError, StoreError } from '@sluice/errors'

/** Why the process cannot start: one line for the person who started it. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Tells a person what to mend, a line for each thing; everything else is a bug and keeps its stack. */
export function explainStart(error: unknown): string {
  return `${explain(error).replaceAll(/^/gm, 'sluice: ')}\n`
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.faults.map((fault) => `configuration: ${fault}`).join('\n')
  if (error instanceof StartError || error instanceof StoreError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown error'
}
