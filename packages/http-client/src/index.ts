export { type HttpBody, type HttpRequest, Secret, type Text } from './request.ts'
export { parseRetryAfter } from './retry-after.ts'
export { type Fetch, type HttpReply, sendHttp, type SendOptions } from './send.ts'
