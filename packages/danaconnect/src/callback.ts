import { checkInput } from '@sluice/errors'
import { z } from 'zod'

import { wholeNumberSchema } from './wire.ts'

/** The only `result` that is documented. */
const FINISHED = 'FINISHED'

/**
 * Checks the notice that the vendor sends when a load is done. Numbers written as text and further members are tolerated.
 * Nothing authenticates it: treat it as a hint, behind an address that cannot be guessed.
 *
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export const callbackSchema = z.looseObject({
  fileName: z.string().min(1),
  result: z.string(),
  idCompany: z.union([z.string(), z.int().transform(String)]).optional(),
  idWebDb: wholeNumberSchema.optional(),
  logID: wholeNumberSchema.optional(),
  lineCount: wholeNumberSchema.optional(),
  fileSize: wholeNumberSchema.optional(),
  movedFile: z.string().nullish(),
})

/** The notice that the vendor sends when a load is done. */
export type LoadCallback = z.output<typeof callbackSchema>

/** Why a load did not come to a good end. */
export type LoadFault =
  /** Fewer lines were counted than were sent. */
  | 'DANACONNECT_LOAD_PARTIAL'
  /** More lines were counted than were sent, or none were named: nobody can say whether all rows are there. */
  | 'DANACONNECT_LOAD_UNCOUNTED'
  /** A `result` other than FINISHED: an operator has to look. */
  | 'DANACONNECT_LOAD_FAILED'

/** What came of a load. */
export type LoadVerdict = {
  /** The `correlationId` that the load was called with. */
  readonly correlationId: string
  readonly callback: LoadCallback
} & (
  | { readonly verdict: 'finished' }
  | {
      readonly verdict: 'partial'
      readonly code: 'DANACONNECT_LOAD_PARTIAL' | 'DANACONNECT_LOAD_UNCOUNTED'
      /** Rows that were sent, and how many of them are missing, where that is known. */
      readonly counts?: { readonly total: number; readonly bad: number }
    }
  | { readonly verdict: 'failed'; readonly code: 'DANACONNECT_LOAD_FAILED' }
)

/**
 * Judges the notice that the vendor sends when a load is done. It may come twice: `logID` and `idWebDb` name it.
 *
 * @param body - The decoded JSON.
 * @param sentLineCount - The receipt's `sentLineCount`; without it the lines are not compared.
 * @throws SchemaError `SCHEMA_MISMATCH` it is no such notice.
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export function judgeCallback(body: unknown, sentLineCount?: number): LoadVerdict {
  const callback = checkInput('danaconnect callback', callbackSchema, body)
  const known = { correlationId: correlationIdOf(callback.fileName), callback }
  const { lineCount } = callback
  if (callback.result !== FINISHED) return { ...known, verdict: 'failed', code: 'DANACONNECT_LOAD_FAILED' }
  if (sentLineCount === undefined || lineCount === sentLineCount) return { ...known, verdict: 'finished' }
  if (lineCount === undefined || lineCount > sentLineCount) {
    return { ...known, verdict: 'partial', code: 'DANACONNECT_LOAD_UNCOUNTED' }
  }
  const counts = { total: sentLineCount, bad: sentLineCount - lineCount }
  return { ...known, verdict: 'partial', code: 'DANACONNECT_LOAD_PARTIAL', counts }
}

// QUIRK danaconnect: the reply to a load has the bare name of the file, the callback has it behind a path of its own.
function correlationIdOf(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf('/') + 1).replace(/\.csv$/, '')
}
