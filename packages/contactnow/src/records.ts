import { checkInput } from '@sluice/errors'

import type { CallData, ContactnowCall } from './data-calls.ts'
import { fitsFilter } from './filters.ts'
import { judgeCreate, judgeRead, type JudgeRows, judgeUpdate, type Listing } from './replies.ts'
import { type RecordRow, recordRowSchema } from './rows.ts'
import {
  type RecordCreateInput,
  recordCreateSchema,
  type RecordReadInput,
  recordReadSchema,
  type RecordUpdateInput,
  recordUpdateSchema,
} from './wire.ts'

const METHODS = { records: 'ecnow_records', data: 'ecnow_data' } as const
const FILTERED_COLUMNS = { id: 'id', dataset: 'datasetid', urn: 'URN', outcome: 'outcomecode' }

/** What the creation of a record returns: its id, and the vendor's remark on whether it is dialled. */
export interface RecordReceipt {
  readonly key: number
  readonly info: string | null
}

/** What a change of a record returns: how many rows it changed, and the vendor's remark on whether they are dialled. */
export interface RecordUpdateReceipt {
  readonly total: number
  readonly info: string | null
}

/** The operations on records: the people to dial. */
export interface Records {
  /**
   * Adds a record to a dataset.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `XML_NAME` or `XML_CHARACTER`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-using-ecnow-records-api-ecnow-php-endpoint-for-live-records
   */
  readonly create: (input: RecordCreateInput, call?: ContactnowCall) => Promise<RecordReceipt>
  /**
   * Lists the records of a table or a dataset that fit a filter.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://github.com/8x8-dxi/ContactNowAPI
   */
  readonly read: (input: RecordReadInput, call?: ContactnowCall) => Promise<Listing<RecordRow>>
  /**
   * Changes columns of a record. `notes_append` adds a line each time it is sent.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `XML_NAME` or `XML_CHARACTER`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://github.com/8x8-dxi/ContactNowAPI
   */
  readonly update: (input: RecordUpdateInput, call?: ContactnowCall) => Promise<RecordUpdateReceipt>
}

/**
 * Creates the operations on records, as one of the vendor's two scripts has them: `records` are the live ones, `data` the
 * records of a dataset. The vendor's page on the second names neither filters nor columns: those of the first are taken.
 */
export function createRecords(callData: CallData, kind: keyof typeof METHODS): Records {
  const method = METHODS[kind]
  return {
    async create(input, call) {
      const operation = `${kind}.create` as const
      const row = checkInput(`contactnow ${operation}`, recordCreateSchema, input)
      return callData({ operation, method, row, judge: judgeCreate }, call)
    },
    async read(input, call) {
      const operation = `${kind}.read` as const
      const filter = checkInput(`contactnow ${operation}`, recordReadSchema, input)
      const fits = (row: RecordRow) => fitsFilter(row, filter, FILTERED_COLUMNS)
      const judge: JudgeRows<RecordRow> = (reply, context) => judgeRead(recordRowSchema, fits, reply, context)
      return callData({ operation, method, filter, judge }, call)
    },
    async update(input, call) {
      const operation = `${kind}.update` as const
      const row = checkInput(`contactnow ${operation}`, recordUpdateSchema, input)
      return callData({ operation, method, row, judge: judgeUpdate }, call)
    },
  }
}
