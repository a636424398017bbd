import { checkInput } from '@sluice/errors'

import type { CallData, ContactnowCall } from './data-calls.ts'
import { fitsFilter } from './filters.ts'
import { judgeRead, type JudgeRows, type Listing } from './replies.ts'
import {
  type CampaignFieldRow,
  campaignFieldRowSchema,
  type CampaignTableRow,
  campaignTableRowSchema,
  type DncRow,
  dncRowSchema,
} from './rows.ts'
import {
  type CampaignFieldReadInput,
  campaignFieldReadSchema,
  type CampaignTableReadInput,
  campaignTableReadSchema,
  type DncReadInput,
  dncReadSchema,
} from './wire.ts'

/** What can only be read. */
export interface Lists {
  readonly campaignTables: {
    /**
     * Lists the tables that datasets can be created in.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
     * @see https://github.com/8x8-dxi/ContactNowAPI
     */
    readonly read: (input?: CampaignTableReadInput, call?: ContactnowCall) => Promise<Listing<CampaignTableRow>>
  }
  readonly campaignFields: {
    /**
     * Lists the columns of tables: what a record may hold.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
     * @see https://github.com/8x8-dxi/ContactNowAPI
     */
    readonly read: (input?: CampaignFieldReadInput, call?: ContactnowCall) => Promise<Listing<CampaignFieldRow>>
  }
  readonly dnc: {
    /**
     * Lists numbers that may not be called. The vendor has no call that adds one.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
     * @see https://support.8x8.com/cloud-contact-center/contactnow/ContactNow_APIs/contactnow-using-dnc-api-from-database.php-endpoint-for-viewing-dnc-list
     */
    readonly read: (input?: DncReadInput, call?: ContactnowCall) => Promise<Listing<DncRow>>
  }
}

/** Creates the reads of what can only be read. */
export function createLists(callData: CallData): Lists {
  return {
    campaignTables: {
      async read(input = {}, call) {
        const operation = 'campaignTables.read'
        const filter = checkInput(`contactnow ${operation}`, campaignTableReadSchema, input)
        const judge: JudgeRows<CampaignTableRow> = (reply, context) =>
          judgeRead(campaignTableRowSchema, () => true, reply, context)
        return callData({ operation, method: 'campaign_tables', filter, judge }, call)
      },
    },
    campaignFields: {
      async read(input = {}, call) {
        const operation = 'campaignFields.read'
        const filter = checkInput(`contactnow ${operation}`, campaignFieldReadSchema, input)
        const fits = (row: CampaignFieldRow) => fitsFilter(row, filter, { table: 'table', name: 'name' })
        const judge: JudgeRows<CampaignFieldRow> = (reply, context) =>
          judgeRead(campaignFieldRowSchema, fits, reply, context)
        return callData({ operation, method: 'campaign_fields', filter, judge }, call)
      },
    },
    dnc: {
      async read(input = {}, call) {
        const operation = 'dnc.read'
        const filter = checkInput(`contactnow ${operation}`, dncReadSchema, input)
        const fits = (row: DncRow) => fitsFilter(row, filter, { qid: 'qid' })
        const judge: JudgeRows<DncRow> = (reply, context) => judgeRead(dncRowSchema, fits, reply, context)
        return callData({ operation, method: 'dnc', filter, judge }, call)
      },
    },
  }
}
