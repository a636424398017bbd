export { describeRequest, redactSecrets } from './describe.ts'
export {
  type Exchange,
  type HttpBody,
  type HttpRequest,
  type ReplyDescription,
  type RequestDescription,
  Secret,
  type Text,
} from './request.ts'
export { parseRetryAfter } from './retry-after.ts'
export { type Fetch, type HttpReply, sendHttp, type SendHttp, type SendOptions } from './send.ts'
