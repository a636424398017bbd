import { judgeCallback } from '@sluice/danaconnect'
import type { FaultName } from '@sluice/upstream-mocks'
import { type ContractCase, fails, gives } from '../contract-case.ts'
import type { Stage } from '../stage.ts'
import { LOAD, LOAD_CALL } from './operations.ts'
import { onSandbox, type SandboxCase, type Subject } from './stage.ts'

const REFUSED = 'DANACONNECT_REQUEST_REFUSED never'
const flow = {
  company: 'demo',
  conversationId: 1001,
  projectId: 'sandbox-project',
  active: true,
  requiredFields: ['EMAIL'],
  fields: { EMAIL: 30, NAME: 5 },
}

const startWith =
  (fields: Readonly<Record<string, string>>) =>
  ({ v1, conversationID }: Subject): Promise<unknown> =>
    v1.conversations.startData({ conversationID, fields })

const TWO_ROWS = {
  ...LOAD,
  rows: [
    { NAME: 'Dana', EMAIL: 'support@danaconnect.com' },
    { NAME: 'Ann', EMAIL: 'ann@example.com' },
  ],
}

/** Loads two rows, lets the vendor work, and judges every notice that arrived. */
async function loadAndListen({ v1, tableCode }: Subject, stage: Stage): Promise<unknown[]> {
  const { sentLineCount } = await v1.contacts.load({ tableCode, ...TWO_ROWS }, LOAD_CALL)
  // A load is processed within a second; what is due later comes after it.
  await stage.pass(1000)
  await stage.mocks.runAll()
  return stage.posted.map((body) => {
    const { verdict, callback } = judgeCallback(body, sentLineCount)
    return `${verdict} ${callback.idCompany} ${callback.logID}`
  })
}

/** What the gateway hears of a load, under every fault of the callback. */
const CALLBACK_FAULTS: readonly (readonly [fault: FaultName | null, heard: readonly string[]])[] = [
  [null, ['finished demo 1']],
  ['callback-never', []],
  ['callback-late', ['finished demo 1']],
  ['callback-twice', ['finished demo 1', 'finished demo 1']],
  ['callback-before-reply', ['finished demo 1']],
  ['callback-forged-path', ['finished demo 1', 'finished demo 1']],
  ['callback-forged-ids', ['failed somebody-else 1', 'finished demo 1']],
  ['callback-unknown-result', ['failed demo 1']],
  ['callback-low-count', ['partial demo 1']],
  ['callback-no-moved-file', ['finished demo 1']],
  ['callback-extra-keys', ['finished demo 1']],
  ['callback-numbers-as-text', ['finished demo 1']],
  ['rows-rejected', ['partial demo 1']],
]

type List = readonly { readonly rows: readonly { readonly values: unknown }[] }[]

/** Loads one row on top of what the list holds, and shows the list. */
const loading =
  (operationType: 'INSALL' | 'INSNEW' | 'UPDALL' | 'UPDINS', name: string, times = 1): SandboxCase['call'] =>
  async ({ v1, tableCode }, stage) => {
    const row = { NAME: name, EMAIL: 'new@example.com' }
    for (let time = 0; time < times; time += 1) {
      const input = { tableCode, fieldsCode: LOAD.fieldsCode, rows: [row], operationType, keyField: ['NAME'] }
      await v1.contacts.load(input, { correlationId: `load-${time}` })
      await stage.mocks.runAll()
    }
    const lists = stage.mocks.state().danaconnect['tables'] as List
    return lists.flatMap(({ rows }) => rows.map(({ values }) => Object.values(values as object).join(' ')))
  }

const ANN = 'Ann ann@example.com'
const NEW_ANN = 'Ann new@example.com'
const NEW_BOB = 'Bob new@example.com'
const holdingAnn = {
  tables: [{ company: 'demo', tableCode: 'CONTACTS', rows: [{ NAME: 'Ann', EMAIL: 'ann@example.com' }] }],
}

const LOADS: readonly (readonly [name: string, call: SandboxCase['call'], rows: readonly string[]])[] = [
  ['INSALL of a key that is there inserts it again', loading('INSALL', 'Ann'), [ANN, NEW_ANN]],
  ['INSALL sent twice makes duplicates', loading('INSALL', 'Bob', 2), [ANN, NEW_BOB, NEW_BOB]],
  ['INSNEW leaves a key that is there alone', loading('INSNEW', 'Ann'), [ANN]],
  ['INSNEW inserts a new key, once', loading('INSNEW', 'Bob', 2), [ANN, NEW_BOB]],
  ['UPDALL changes a key that is there', loading('UPDALL', 'Ann'), [NEW_ANN]],
  ['UPDALL skips a new key', loading('UPDALL', 'Bob'), [ANN]],
  ['UPDINS changes a key that is there', loading('UPDINS', 'Ann'), [NEW_ANN]],
  ['UPDINS inserts a new key, once', loading('UPDINS', 'Bob', 2), [ANN, NEW_BOB]],
]

/** CSV traps: what is written by the client arrives as it was. */
const VALUES: readonly (readonly [name: string, value: string])[] = [
  ['a separator', 'a,b'],
  ['a line end', 'a\nb'],
  ['quotes', 'say "hi"'],
  ['letters outside ASCII', 'José Ñandú 日本'],
  ['blanks at both ends', ' a '],
  ['a leading 0', '01234567890'],
  ['a plus sign', '+4670123456'],
  ['nothing', ''],
]

const CASES: readonly SandboxCase[] = [
  ...CALLBACK_FAULTS.map(([fault, heard]): SandboxCase => ({
    operation: 'contacts.load',
    name: fault === null ? 'is followed by one callback' : `under ${fault}, as the receiver hears it`,
    call: loadAndListen,
    expected: gives(heard),
    ...(fault === null ? {} : { fault: { name: fault, operation: 'callback' } }),
  })),
  {
    operation: 'contacts.load',
    name: 'under callback-retried, as a receiver hears it that refuses the first notice',
    fault: { name: 'callback-retried', operation: 'callback' },
    call: (subject, stage) => {
      stage.refuseNotice()
      return loadAndListen(subject, stage)
    },
    expected: gives(['finished demo 1', 'finished demo 1']),
  },
  {
    operation: 'contacts.load',
    name: 'under callback-out-of-order is heard of after the next one',
    fault: { name: 'callback-out-of-order', operation: 'callback' },
    call: async (subject, stage) => {
      await loadAndListen(subject, stage)
      return loadAndListen(subject, stage)
    },
    expected: gives(['finished demo 2', 'finished demo 1']),
  },
  ...LOADS.map(([name, call, rows]): SandboxCase => ({
    operation: 'contacts.load',
    name,
    call,
    expected: gives(rows),
    settings: holdingAnn,
  })),
  ...VALUES.map(([name, value]): SandboxCase => ({
    operation: 'contacts.load',
    name: `keeps ${name} in a value`,
    call: async ({ v1, tableCode }, stage) => {
      const rows = [{ NAME: value, EMAIL: 'x' }]
      await v1.contacts.load({ tableCode, fieldsCode: LOAD.fieldsCode, rows }, LOAD_CALL)
      await stage.mocks.runAll()
      return (stage.mocks.state().danaconnect['tables'] as List)[0]?.rows[0]?.values
    },
    expected: gives({ NAME: value, EMAIL: 'x' }),
  })),
  {
    operation: 'contacts.load',
    name: 'into a list that does not exist',
    call: ({ v1 }) => v1.contacts.load({ tableCode: 'NOWHERE', ...LOAD }, LOAD_CALL),
    expected: fails(REFUSED),
  },
  {
    operation: 'contacts.load',
    name: 'by key without a key is not even sent',
    call: ({ v1, tableCode }) => v1.contacts.load({ tableCode, ...LOAD, operationType: 'UPDINS' }, LOAD_CALL),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'contacts.load',
    name: 'of rows that a list cannot hold is partial',
    settings: { tables: [{ company: 'demo', tableCode: 'CONTACTS', fields: { NAME: 3, EMAIL: 40 } }] },
    call: loadAndListen,
    expected: gives(['partial demo 1']),
  },
  {
    operation: 'conversations.startData',
    name: 'with all that the flow requires',
    settings: { conversations: [flow] },
    call: startWith({ EMAIL: 'a@example.com', NAME: 'Dana' }),
    expected: gives({}),
  },
  {
    operation: 'conversations.startData',
    name: 'without a field that the flow requires',
    settings: { conversations: [flow] },
    call: startWith({ NAME: 'Dana' }),
    expected: fails(REFUSED),
  },
  {
    operation: 'conversations.startData',
    name: 'with a field that the list does not have',
    settings: { conversations: [flow] },
    call: startWith({ EMAIL: 'a@example.com', PHONE: '1' }),
    expected: fails(REFUSED),
  },
  {
    operation: 'conversations.startData',
    name: 'with a value that is too long for its field',
    settings: { conversations: [flow] },
    call: startWith({ EMAIL: 'a@example.com', NAME: 'Danaide' }),
    expected: fails(REFUSED),
  },
  {
    operation: 'conversations.startData',
    name: 'by the id of an earlier activation',
    call: ({ v1, conversationID }, stage) => {
      stage.mocks.reactivate(1001)
      return v1.conversations.startData({ conversationID, fields: { NAME: 'Dana' } })
    },
    expected: fails(REFUSED),
  },
  {
    operation: 'conversations.startDataByProject',
    name: 'still finds a flow that was activated anew',
    call: ({ v1, projectID }, stage) => {
      stage.mocks.reactivate(1001)
      return v1.conversations.startDataByProject({ projectID, fields: { NAME: 'Dana' } })
    },
    expected: gives({}),
  },
  {
    operation: 'conversations.startList',
    name: 'of a flow that is not active',
    settings: { conversations: [{ ...flow, active: false }] },
    call: ({ v1, conversationID }) => v1.conversations.startList({ conversationID }),
    expected: fails(REFUSED),
  },
  {
    operation: 'conversations.startList',
    name: 'sent twice messages everybody twice',
    call: async ({ v1, conversationID }, stage) => {
      for (let time = 0; time < 2; time += 1) await v1.conversations.startList({ conversationID })
      return stage.mocks.state().danaconnect['startCount']
    },
    expected: gives(2),
  },
  {
    operation: 'conversations.startData',
    name: 'with debugging on returns the requestID',
    call: ({ v1, conversationID }) => v1.conversations.startData({ conversationID, fields: {} }, { debug: true }),
    expected: gives({ requestId: '00000000-0000-4000-8000-000000000001' }),
  },
  {
    operation: 'conversations.startData',
    name: 'with a conversationID of 0 is not even sent',
    call: ({ v1 }) => v1.conversations.startData({ conversationID: 0, fields: {} }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'records.retrieve',
    name: 'by a code that has expired',
    call: ({ v1 }) => v1.records.retrieve({ dana: 'sandbox-dana-expired' }),
    expected: fails('DANACONNECT_LINK_EXPIRED never'),
  },
  {
    operation: 'records.retrieve',
    name: 'by a code that nobody knows',
    call: ({ v1 }) => v1.records.retrieve({ dana: 'unknown-code' }),
    expected: fails('DANACONNECT_RESULT_REFUSED never', { words: 'Record not found' }),
  },
  {
    operation: 'records.retrieve',
    name: 'by a placeholder that was not replaced is not even sent',
    call: ({ v1 }) => v1.records.retrieve({ dana: '$f{dana}' }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'triggers.fire',
    name: 'changes the record, which can be read back',
    call: async ({ v1, dana }) => {
      await v1.triggers.fire({ dana, fields: { NAME: 'Ann' } })
      return v1.records.retrieve({ dana, fields: ['NAME'] })
    },
    expected: gives({ fields: { NAME: 'Ann' }, missing: [] }),
  },
  {
    operation: 'triggers.fire',
    name: 'by a code that has expired',
    call: ({ v1 }) => v1.triggers.fire({ dana: 'sandbox-dana-expired' }),
    expected: fails('DANACONNECT_RESULT_REFUSED never'),
  },
  ...(['by-accept', 'json'] as const).map((uploadReply): SandboxCase => ({
    operation: 'files.upload',
    name: `gives an id that a start takes for seven days, answered ${uploadReply}`,
    settings: { uploadReply },
    call: async ({ v1, conversationID }, stage) => {
      const { fileId } = await v1.files.upload({ fileName: 'offer.pdf', bytes: new Uint8Array([37]) })
      await v1.conversations.startData({ conversationID, fields: { ATTACHMENT: fileId } })
      await stage.pass(604_800_000)
      return v1.conversations.startData({ conversationID, fields: { ATTACHMENT: fileId } })
    },
    expected: fails(REFUSED),
  })),
  {
    operation: 'v2.conversations.startData',
    name: 'once more after the token was refused gets another token by itself',
    fault: { name: 'expired-token', operation: 'v2-start-data' },
    call: async ({ v2, conversationID }, stage) => {
      await v2.conversations.startData({ conversationID, fields: {} }).catch(() => null)
      await v2.conversations.startData({ conversationID, fields: {} })
      return stage.sent.map(({ path }) => path.split('/').slice(-2).join('/'))
    },
    expected: gives(['oauth2/token', 'start/data', 'oauth2/token', 'start/data']),
  },
  {
    operation: 'v2.conversations.startData',
    name: 'twice within an hour asks for one token',
    call: async ({ v2, conversationID }, stage) => {
      for (let time = 0; time < 2; time += 1) await v2.conversations.startData({ conversationID, fields: {} })
      return stage.sent.filter(({ path }) => path.endsWith('/token')).length
    },
    expected: gives(1),
  },
  {
    operation: 'v2.conversations.startData',
    name: 'when no token can be had',
    fault: { name: 'unknown-client', operation: 'token' },
    call: ({ v2, conversationID }) => v2.conversations.startData({ conversationID, fields: {} }),
    expected: fails('DANACONNECT_CLIENT_REFUSED auth'),
  },
]

/** Lists the cases of an account that holds something. */
export function stateCases(): ContractCase[] {
  return CASES.map(onSandbox)
}
