import { checkInput } from '@sluice/errors'

import type { CallData, ContactnowCall } from './data-calls.ts'
import { type FilterNames, fitsFilter, mentions, spellFilter } from './filters.ts'
import { judgeCreate, judgeRead, judgeUpdate, type Listing } from './replies.ts'
import { type DatasetRow, datasetRowSchema } from './rows.ts'
import {
  type DatasetCreateInput,
  datasetCreateSchema,
  type DatasetReadInput,
  datasetReadSchema,
  type DatasetUpdateInput,
  datasetUpdateSchema,
} from './wire.ts'

const METHOD = 'ecnow_datasets'
const FILTERED_COLUMNS = { dataset: 'dataset', qid: 'qid', import_table: 'import_table', d_status: 'd_status' }

/** The operations on datasets: groups of records to dial. */
export interface Datasets {
  /**
   * Creates a dataset in a table that exists, and returns its id as `key`.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `XML_CHARACTER`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
   */
  readonly create: (input: DatasetCreateInput, call?: ContactnowCall) => Promise<{ readonly key: number }>
  /**
   * Lists the datasets that fit a filter.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
   */
  readonly read: (input?: DatasetReadInput, call?: ContactnowCall) => Promise<Listing<DatasetRow>>
  /**
   * Changes a dataset.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `XML_CHARACTER`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
   */
  readonly update: (input: DatasetUpdateInput, call?: ContactnowCall) => Promise<{ readonly total: number }>
}

/** Creates the operations on datasets. */
export function createDatasets(callData: CallData, filterNames: FilterNames): Datasets {
  return {
    async create(input, call) {
      const operation = 'datasets.create'
      const row = checkInput(`contactnow ${operation}`, datasetCreateSchema, input)
      const { key } = await callData({ operation, method: METHOD, row, judge: judgeCreate }, call)
      return { key }
    },
    async read(input = {}, call) {
      const operation = 'datasets.read'
      const filter = checkInput(`contactnow ${operation}`, datasetReadSchema, input)
      const fits = (row: DatasetRow) =>
        fitsFilter(row, filter, FILTERED_COLUMNS) && mentions(row, 'description', filter.description)
      return callData(
        {
          operation,
          method: METHOD,
          filter: spellFilter(filter, filterNames),
          judge: (reply, context) => judgeRead(datasetRowSchema, fits, reply, context),
        },
        call,
      )
    },
    async update(input, call) {
      const operation = 'datasets.update'
      const row = checkInput(`contactnow ${operation}`, datasetUpdateSchema, input)
      const { total } = await callData({ operation, method: METHOD, row, judge: judgeUpdate }, call)
      return { total }
    },
  }
}
