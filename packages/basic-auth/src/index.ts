export { type BasicCredentials, formatBasicAuth } from './format.ts'
export { parseBasicAuth } from './parse.ts'
export { verifyBasicAuth } from './verify.ts'
