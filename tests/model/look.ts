import type { Store } from '@sluice/gateway/store'
import { z } from 'zod'

type Step = NonNullable<Awaited<ReturnType<Store['readDelivery']>>>['history'][number]['steps'][number]

/** What the upstream said when it was asked for a record. */
export type Look =
  /** Nothing that can be read. */
  | 'failed'
  | 'refused'
  | 'throttled'
  | 'unauthorized'
  /** One record has the id. */
  | 'found'
  /** All were listed, each has another's id. */
  | 'none'
  /** Neither of the two. */
  | 'unclear'

const Rows = z.object({ total: z.number(), list: z.array(z.record(z.string(), z.string().nullable())) })
const Said = z.object({ error: z.string() })

/**
 * Reads from the upstream's own words, as they were noted, what the looks of an attempt saw; null where nobody looked. The
 * last counts: after a refused token, and by the number after the whole list.
 */
export function lookOf(steps: readonly Step[], id: string, column: string | null): Look | null {
  const last = steps.findLast(({ purpose }) => purpose === 'read-back')
  if (last === undefined) return null
  const { reply, error } = last
  if (reply === undefined || error !== undefined) return 'failed'
  if (reply.status === 429) return 'throttled'
  if (reply.status >= 500) return 'failed'
  if (reply.status >= 400) return 'refused'
  const body = parsed(reply.body)
  const said = Said.safeParse(body)
  if (said.success) return said.data.error === 'Expired token' ? 'unauthorized' : 'refused'
  const rows = Rows.safeParse(body)
  return rows.success ? judge(rows.data, id, column, last.request.url.includes('ddi=')) : 'failed'
}

function judge({ total, list }: z.infer<typeof Rows>, id: string, column: string | null, isByNumber: boolean): Look {
  const cells = list.map((row) => (column === null ? '' : (row[column] ?? '')))
  const found = cells.filter((cell) => cell === id).length
  if (found === 1) return 'found'
  // A row that says nothing might be the one; and of those with one number there may be others.
  return found === 0 && !isByNumber && list.length === total && !cells.includes('') ? 'none' : 'unclear'
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return null
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
