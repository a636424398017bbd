import {
  callbackSchema,
  type ContactLoadInput,
  contactLoadSchema,
  type Danaconnect,
  judgeCallback,
  mayRepeat,
} from '@sluice/danaconnect'
import { z } from 'zod'
import type { Json } from '../store/port.ts'
import { type Batching, type Callbacks, type CallbackVerdict, type Receipt, toReceipt } from './destination.ts'

const settings = z.strictObject(contactLoadSchema.shape).omit({ rows: true, fieldsCode: true })

/**
 * Checks one row of a bulk load: the list, how the row is loaded, and the values by field code. Rows that agree in all
 * but the values share a file.
 */
export const contactRowSchema = settings
  .extend({ fields: contactLoadSchema.shape.rows.element })
  .superRefine((row, context) => {
    const { error } = contactLoadSchema.safeParse(loadOf([row]))
    for (const issue of error?.issues ?? []) {
      const path = issue.path[0] === 'rows' ? ['fields', ...issue.path.slice(2)] : [...issue.path]
      context.addIssue({ code: 'custom', path, message: issue.message })
    }
  })

type ContactRow = z.output<typeof contactRowSchema>

/** Lists the field codes of a row, in an order that does not depend on how the row was built. */
const codesOf = ({ fields }: ContactRow): readonly string[] => Object.keys(fields).toSorted()

function loadOf(rows: readonly [ContactRow, ...ContactRow[]]): ContactLoadInput {
  const { fields: _, ...shared } = rows[0]
  return { ...shared, fieldsCode: [...codesOf(rows[0])], rows: rows.map(({ fields }) => fields) }
}

/** Tells whether loading this row twice has the effect of loading it once. */
export const mayLoadTwice = (payload: Json): boolean => mayRepeat('contacts.load', payload)

/** Loads the rows of one list in one file. */
export const LOAD_BATCHING: Batching<Danaconnect> = {
  key(payload) {
    const row = contactRowSchema.parse(payload)
    const { fields: _, ...shared } = row
    return JSON.stringify([shared.tableCode, { ...shared, fields: codesOf(row) }])
  },
  async deliver(client, payloads, { batchId, callbackUrl, observe, signal }) {
    const [first, ...others] = payloads.map((payload) => contactRowSchema.parse(payload))
    if (first === undefined) throw new TypeError('danaconnect: a load has at least one row')
    const taken = await client.contacts.load(loadOf([first, ...others]), {
      correlationId: batchId,
      observe,
      signal,
      ...(callbackUrl === null ? {} : { callbackUrl }),
    })
    const { fileName, sentLineCount, callbackRequested, warnings } = taken
    const receipt: Receipt = {
      ...toReceipt({ fileName, sentLineCount }),
      ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
      // The vendor took the file; that the rows are in the list, nobody ever tells.
      ...(callbackRequested ? {} : { unconfirmed: true }),
    }
    return { awaitsCallback: callbackRequested, receipt }
  },
}

/** How DANAConnect is asked for callbacks. */
export interface DanaconnectCallback {
  /** Name of the part of a load that holds the address. The vendor does not document it. */
  readonly parameter: string
  /** Where DANAConnect reaches this gateway, such as `https://edge.example.com`. */
  readonly baseUrl: string
  /** How long a callback is waited for before its deliveries are parked, in milliseconds: 1 hour by default. */
  readonly waitMs?: number
}

const DEFAULT_WAIT_MS = 3_600_000

/** Reads what DANAConnect says about a load: believed only about the right file, company and list. */
export function loadCallbacks(company: string, { baseUrl, waitMs = DEFAULT_WAIT_MS }: DanaconnectCallback): Callbacks {
  return {
    baseUrl,
    waitMs,
    judge(body, { id, size }, before) {
      const judged = judgeCallback(body, size)
      const { correlationId, callback } = judged
      if (correlationId !== id || callback.idCompany !== company) return { verdict: 'mismatch' }
      // A list that was made anew has another number. What is said about it once is for a person, and then it is known.
      const known = callbackSchema.safeParse(before)
      return known.success && known.data.idWebDb !== callback.idWebDb
        ? {
            verdict: 'unclear',
            code: 'DANACONNECT_OTHER_LIST',
            detail: otherList(known.data.idWebDb, callback.idWebDb),
          }
        : verdictOf(judged)
    },
  }
}

/** Longest part of the vendor's own words that is kept. */
const MAX_WORDS = 64

function otherList(before: number | undefined, now: number | undefined): string {
  return `The callback is about list ${now ?? 'unknown'}, and the one before was about list ${before ?? 'unknown'}.`
}

function verdictOf(judged: ReturnType<typeof judgeCallback>): CallbackVerdict {
  const { callback } = judged
  switch (judged.verdict) {
    case 'finished':
      return { verdict: 'landed', receipt: { ...toReceipt(callback), confirmed: true } }
    case 'partial': {
      const { code, counts } = judged
      const lines = `${callback.lineCount ?? 'unknown'} lines were loaded`
      return { verdict: 'partial', code, detail: counts === undefined ? lines : `${lines} of ${counts.total}` }
    }
    case 'failed':
      return {
        verdict: 'failed',
        code: judged.code,
        detail: `The result of the load was ${JSON.stringify(callback.result.slice(0, MAX_WORDS))}.`,
      }
  }
}
