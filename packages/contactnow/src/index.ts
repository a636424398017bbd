export { CONTACTNOW_BASE_URLS } from './base-urls.ts'
export { type Contactnow, type ContactnowOptions, createContactnow } from './client.ts'
export { type ContactnowCall, type TokenSource } from './data-calls.ts'
export { type Datasets } from './datasets.ts'
export { type ContactnowCode } from './failures.ts'
export { type FilterNames } from './filters.ts'
export { type Format } from './formats.ts'
export { type Lists } from './lists.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export {
  confirmUpdate,
  type DatasetMarker,
  type Finding,
  findDataset,
  findRecord,
  type RecordMarker,
} from './reconcile.ts'
export { type RecordReceipt, type Records, type RecordUpdateReceipt } from './records.ts'
export { type Listing } from './replies.ts'
export {
  type CampaignFieldRow,
  type CampaignTableRow,
  type DatasetRow,
  type DncRow,
  type RecordRow,
  type Row,
} from './rows.ts'
export { type ContactnowCredentials, type Token, type TokenCall, type TokenCalls } from './token-calls.ts'
export {
  type CampaignFieldReadInput,
  campaignFieldReadSchema,
  type CampaignTableReadInput,
  campaignTableReadSchema,
  type DatasetCreateInput,
  datasetCreateSchema,
  type DatasetReadInput,
  datasetReadSchema,
  type DatasetUpdateInput,
  datasetUpdateSchema,
  type DncReadInput,
  dncReadSchema,
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
