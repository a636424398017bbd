export {
  type Exchange,
  type HttpBody,
  type HttpRequest,
  type ReplyDescription,
  type RequestDescription,
  Secret,
  type Text,
} from './request.ts'
export { type Fetch, type HttpReply, type SendOptions } from './send.ts'
