export { DANACONNECT_BASE_URLS } from './base-urls.ts'
export { type DanaconnectCall } from './call-api.ts'
export { callbackSchema, judgeCallback, type LoadCallback, type LoadFault, type LoadVerdict } from './callback.ts'
export { createDanaconnect, type Danaconnect, type DanaconnectCredentials, type DanaconnectOptions } from './client.ts'
export {
  createDanaconnectV2,
  type DanaconnectTokenSource,
  type DanaconnectV2,
  type DanaconnectV2Call,
  type DanaconnectV2Options,
} from './client-v2.ts'
export { type Conversations } from './conversations.ts'
export { type DanaconnectCode } from './failures.ts'
export { type Files } from './files.ts'
export { type Contacts, type LoadCall, type LoadReceipt } from './load.ts'
export {
  type ContactFileLoadInput,
  contactFileLoadSchema,
  type ContactLoadInput,
  contactLoadSchema,
} from './load-wire.ts'
export { mayRepeat, type OperationFacts, type OperationName, operations } from './operations.ts'
export { type FieldsParameter, type Records } from './records.ts'
export { type FileReceipt } from './replies.ts'
export { fieldOf, type RecordFields, type RetrievedRecord } from './retrieval.ts'
export { type DanaconnectClientCredentials, type TokenCall, type Tokens } from './token.ts'
export { type Triggers } from './triggers.ts'
export {
  conversationIdSchema,
  projectIdSchema,
  type RetrieveInput,
  retrieveSchema,
  type StartDataByProjectInput,
  startDataByProjectSchema,
  type StartDataInput,
  startDataSchema,
  type StartListInput,
  startListSchema,
  type StartReceipt,
  type Token,
  type TriggerInput,
  triggerSchema,
  type UploadInput,
  uploadSchema,
} from './wire.ts'
