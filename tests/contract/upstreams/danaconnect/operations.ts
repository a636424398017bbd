import { type Expected, gives } from '../contract-case.ts'
import type { Call } from './stage.ts'

/** The columns of the fault table. */
export type Kind = 'start' | 'startV2' | 'load' | 'read' | 'readV2' | 'trigger' | 'upload' | 'token'

/** An operation, how it is called here, and what an undisturbed call comes to. */
export interface Operation {
  readonly operation: string
  /** Its name at the mock. */
  readonly at: string
  readonly kind: Kind
  readonly call: Call
  readonly undisturbed: Expected
}

const FIELDS = { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }
const RECORD = { fields: FIELDS, missing: [] }

/** A load of one row, and what its callback is recognised by. */
export const LOAD = {
  rows: [FIELDS],
  fieldsCode: ['NAME', 'EMAIL'],
}
export const LOAD_CALL = {
  correlationId: 'load-1',
  callbackUrl: 'https://gateway.example/callbacks/danaconnect/secret',
}

/** Every operation of the contract that has a documented path. */
export const OPERATIONS: readonly Operation[] = [
  {
    operation: 'conversations.startData',
    at: 'start-data',
    kind: 'start',
    call: ({ v1, conversationID }) => v1.conversations.startData({ conversationID, fields: FIELDS }),
    undisturbed: gives({}),
  },
  {
    operation: 'conversations.startDataByProject',
    at: 'project-start-data',
    kind: 'start',
    call: ({ v1, projectID }) => v1.conversations.startDataByProject({ projectID, fields: FIELDS }),
    undisturbed: gives({}),
  },
  {
    operation: 'conversations.startList',
    at: 'start-list',
    kind: 'start',
    call: ({ v1, conversationID }) => v1.conversations.startList({ conversationID }),
    undisturbed: gives({}),
  },
  {
    operation: 'contacts.load',
    at: 'bulk-load',
    kind: 'load',
    call: ({ v1, tableCode }) => v1.contacts.load({ tableCode, ...LOAD }, LOAD_CALL),
    undisturbed: gives({ fileName: 'load-1.csv', sentLineCount: 1, callbackRequested: true, warnings: [] }),
  },
  {
    operation: 'records.retrieve',
    at: 'data',
    kind: 'read',
    call: ({ v1, dana }) => v1.records.retrieve({ dana, fields: ['NAME', 'EMAIL'] }),
    undisturbed: gives(RECORD),
  },
  {
    operation: 'triggers.fire',
    at: 'trigger',
    kind: 'trigger',
    call: ({ v1, dana }) => v1.triggers.fire({ dana, fields: { NAME: 'Ann' } }),
    undisturbed: gives(undefined),
  },
  {
    operation: 'files.upload',
    at: 'file-upload',
    kind: 'upload',
    call: async ({ v1 }) =>
      (await v1.files.upload({ fileName: 'offer.pdf', bytes: new Uint8Array([37, 80, 68, 70]) })).fileId.slice(0, 15),
    undisturbed: gives('s3://WS/2026/1/'),
  },
  {
    operation: 'v2.token.get',
    at: 'token',
    kind: 'token',
    call: async ({ v2 }) => (await v2.token.get()).expiresAtMs,
    undisturbed: gives(1_767_326_645_000),
  },
  {
    operation: 'v2.conversations.startData',
    at: 'v2-start-data',
    kind: 'startV2',
    call: ({ v2, conversationID }) => v2.conversations.startData({ conversationID, fields: FIELDS }),
    undisturbed: gives({}),
  },
  {
    operation: 'v2.conversations.startDataByProject',
    at: 'v2-project-start-data',
    kind: 'startV2',
    call: ({ v2, projectID }) => v2.conversations.startDataByProject({ projectID, fields: FIELDS }),
    undisturbed: gives({}),
  },
  {
    operation: 'v2.conversations.startList',
    at: 'v2-start-list',
    kind: 'startV2',
    call: ({ v2, conversationID }) => v2.conversations.startList({ conversationID }),
    undisturbed: gives({}),
  },
  {
    operation: 'v2.records.retrieve',
    at: 'v2-data',
    kind: 'readV2',
    call: ({ v2, dana }) => v2.records.retrieve({ dana, fields: ['NAME', 'EMAIL'] }),
    undisturbed: gives(RECORD),
  },
]
