import type { Row } from './expected.ts'

/** A row that says something else where the gateway is a Worker. */
export interface WorkerRow {
  readonly upstream: 'danaconnect' | 'contactnow' | 'datatalks'
  readonly answers: string
  readonly row: Row
}

/**
 * What is different on Workers. A Worker is told of a refused connection what it is told of one that broke after all was sent, and so
 * it proves nothing: the call is unsure where elsewhere nothing was sent.
 */
export const WORKER_ROWS: readonly WorkerRow[] = [
  {
    upstream: 'danaconnect',
    answers: 'a start or a trigger',
    row: ['no connection', 'nothing', '', 'unsure', 'unsure', 'unsure'],
  },
  {
    upstream: 'danaconnect',
    answers: 'a load',
    row: ['no connection', 'nothing', '', 'unsure', 'unsure', 'unsure', 'unsure'],
  },
  { upstream: 'contactnow', answers: 'the call', row: ['no connection', 'nothing', '', 'unsure', 'unsure'] },
  { upstream: 'datatalks', answers: 'the call', row: ['no connection', 'nothing', '', 'unsure', 'unsure', 'unsure'] },
]
