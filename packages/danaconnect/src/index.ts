export {
  createDanaconnect,
  type Danaconnect,
  DANACONNECT_BASE_URLS,
  type DanaconnectCall,
  type DanaconnectCredentials,
  type DanaconnectOptions,
} from './client.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export { type DanaconnectCode } from './replies.ts'
export {
  conversationIdSchema,
  startDataSchema,
  type StartDataInput,
  startListSchema,
  type StartListInput,
  type StartReceipt,
} from './wire.ts'
