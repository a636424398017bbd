export {
  createDatatalks,
  type Datatalks,
  DATATALKS_BASE_URL,
  DATATALKS_REGION,
  DATATALKS_SERVICE,
  type DatatalksCall,
  type DatatalksCredentials,
  type DatatalksOptions,
} from './client.ts'
export { type GatewayRefusal } from './gateway-refusals.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export { type DatatalksCode } from './replies.ts'
export {
  type ContactDeleteInput,
  contactDeleteSchema,
  type DatatalksReceipt,
  type FlatDataInput,
  flatDataSchema,
} from './wire.ts'
