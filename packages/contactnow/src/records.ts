import { checkInput } from './check-input.ts'
import type { CallData, ContactnowCall } from './data-calls.ts'
import { type RecordRow, recordRowSchema } from './envelope.ts'
import { fitsFilter } from './filters.ts'
import { judgeCreate, judgeRead, judgeUpdate, type Listing } from './replies.ts'
import {
  type RecordCreateInput,
  recordCreateSchema,
  type RecordReadInput,
  recordReadSchema,
  type RecordUpdateInput,
  recordUpdateSchema,
} from './wire.ts'

const METHOD = 'ecnow_records'
const FILTERED_COLUMNS = { id: 'id', dataset: 'datasetid', urn: 'URN' }

/** What the creation of a record returns: its id, and the vendor's remark on whether it is dialled. */
export interface RecordReceipt {
  readonly key: number
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
  readonly update: (input: RecordUpdateInput, call?: ContactnowCall) => Promise<{ readonly total: number }>
}

/** Creates the operations on records. */
export function createRecords(callData: CallData): Records {
  return {
    async create(input, call) {
      const operation = 'records.create'
      const row = checkInput(operation, recordCreateSchema, input)
      return callData({ operation, method: METHOD, row, judge: judgeCreate }, call)
    },
    async read(input, call) {
      const operation = 'records.read'
      const filter = checkInput(operation, recordReadSchema, input)
      const fits = (row: RecordRow) => fitsFilter(row, filter, FILTERED_COLUMNS)
      return callData(
        {
          operation,
          method: METHOD,
          filter,
          judge: (reply, context) => judgeRead(recordRowSchema, fits, reply, context),
        },
        call,
      )
    },
    async update(input, call) {
      const operation = 'records.update'
      const row = checkInput(operation, recordUpdateSchema, input)
      return callData({ operation, method: METHOD, row, judge: judgeUpdate }, call)
    },
  }
}
