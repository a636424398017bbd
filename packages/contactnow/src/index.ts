export { type Contactnow, CONTACTNOW_BASE_URL, type ContactnowOptions, createContactnow } from './client.ts'
export { type ContactnowCall, type TokenSource } from './data-calls.ts'
export { type Datasets } from './datasets.ts'
export { type DatasetRow, type RecordRow, type Row } from './envelope.ts'
export { type ContactnowCode } from './failures.ts'
export { type Format } from './formats.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export { type RecordReceipt, type Records } from './records.ts'
export { type Listing } from './replies.ts'
export { type ContactnowCredentials, type Token, type TokenCall, type TokenCalls } from './token-calls.ts'
export {
  type DatasetCreateInput,
  datasetCreateSchema,
  type DatasetReadInput,
  datasetReadSchema,
  type DatasetUpdateInput,
  datasetUpdateSchema,
  type RecordCreateInput,
  recordCreateSchema,
  type RecordReadInput,
  recordReadSchema,
  type RecordUpdateInput,
  recordUpdateSchema,
  type TokenGetInput,
  tokenGetSchema,
  type TokenValidateInput,
  tokenValidateSchema,
} from './wire.ts'
