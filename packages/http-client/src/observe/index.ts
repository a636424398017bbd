export { describeRequest, redactSecrets } from './describe.ts'
export { type Exchange, type ReplyDescription, type RequestDescription } from './exchange.ts'
export { type ObservedOptions, sendObserved } from './send-observed.ts'
