export { type HashFunctions } from '../hash-functions.ts'
export { type CanonicalParts, canonicalRequest } from './canonical-request.ts'
export { signature, type SignatureParts } from './signature.ts'
export { stringToSign, type StringToSignParts } from './string-to-sign.ts'
export { type AwsErrorType, SigV4VerifyError } from './verify-error.ts'
export {
  type LookupKey,
  type ReceivedRequest,
  type VerifiedSigner,
  type VerifyingKey,
  type VerifyOptions,
  verifySigV4,
} from './verify.ts'
