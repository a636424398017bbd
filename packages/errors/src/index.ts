export { checkInput, type InputSchema } from './check-input.ts'
export { checkLimits, MAX_DEPTH } from './check-limits.ts'
export { type ErrorDescription, type ErrorFields, type Retry, SluiceError, type Stage } from './sluice-error.ts'
export {
  type ConfigCode,
  ConfigError,
  type CsvCode,
  type DecodeCode,
  DecodeError,
  type EncodeCode,
  EncodeError,
  type Issue,
  type JsonCode,
  type KernelCode,
  MAX_WORDS_LENGTH,
  type Position,
  type SchemaCode,
  SchemaError,
  type Sent,
  type StoreCode,
  StoreError,
  type TransportCode,
  TransportError,
  type UpstreamFields,
  UpstreamError,
  type VerifyCode,
  VerifyError,
  type XmlCode,
} from './stages.ts'
