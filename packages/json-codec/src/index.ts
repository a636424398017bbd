export { decodeJson, type DecodeJsonOptions } from './decode.ts'
export { encodeJson } from './encode.ts'
export { type JsonValue } from './value.ts'
