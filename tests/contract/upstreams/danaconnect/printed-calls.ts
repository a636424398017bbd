import type { Call } from './stage.ts'

/** The calls whose printed replies are judged. */
export const startData: Call = ({ v1 }) =>
  v1.conversations.startData({ conversationID: 200_897, fields: { NAME: 'Dana' } })
export const startList: Call = ({ v1 }) => v1.conversations.startList({ conversationID: 200_897 })
export const startV2: Call = ({ v2 }) =>
  v2.conversations.startData({ conversationID: 200_897, fields: { NAME: 'Dana' } })
export const retrieve: Call = ({ v1 }) => v1.records.retrieve({ dana: 'code', fields: ['NAME', 'EMAIL'] })
export const retrieveAll: Call = ({ v1 }) => v1.records.retrieve({ dana: 'code' })
export const retrieveV2: Call = ({ v2 }) => v2.records.retrieve({ dana: 'code', fields: ['NAME', 'EMAIL'] })
export const fire: Call = ({ v1 }) => v1.triggers.fire({ dana: 'code' })
export const upload: Call = ({ v1 }) => v1.files.upload({ fileName: 'a.pdf', bytes: new Uint8Array([1]) })
export const getToken: Call = ({ v2 }) => v2.token.get()

/** The load of the vendor's sample, with its four fields. */
const SAMPLE_FIELDS = ['TEST_NAME', 'TEST_LASTNAME', 'TEST_PHONE', 'TEST_EMAIL']
export const loadSample: Call = ({ v1 }) =>
  v1.contacts.load(
    { tableCode: 'TestTableCode', fieldsCode: SAMPLE_FIELDS, file: new TextEncoder().encode('a,b,c,d\n') },
    { correlationId: 'testFile' },
  )
