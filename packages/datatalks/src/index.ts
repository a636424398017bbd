export { DATATALKS_BASE_URLS, DATATALKS_OLD_HOST, DATATALKS_REGION, DATATALKS_SERVICE } from './base-urls.ts'
export { type DatatalksCall, type DatatalksCredentials } from './call-api.ts'
export { createDatatalks, type DatatalksOptions, type DatatalksV2Options, type DatatalksV3Options } from './client.ts'
export { flatten, type FlattenOptions } from './flatten.ts'
export { type GatewayRefusal } from './gateway-refusals.ts'
export { type OperationFacts, type OperationName, operations } from './operations.ts'
export { type DatatalksV2, type DatatalksV3 } from './recent-versions.ts'
export { type DatatalksCode } from './replies.ts'
export { type Datatalks } from './v1.ts'
export {
  type Attribute,
  CONTACT_EXT_EVENT_TYPES,
  type ContactDeleteInput,
  contactDeleteSchema,
  createEventSchema,
  type DatatalksReceipt,
  type EventInput,
  eventSchema,
  type FlatData,
  type FlatDataInput,
  flatDataSchema,
  type MaxEventDetails,
  type ProductsInput,
  productsSchema,
  type V2Input,
  v2Schema,
  type V3Input,
  v3Schema,
} from './wire.ts'
