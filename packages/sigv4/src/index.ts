export { type HashFunctions } from './hash-functions.ts'
export { signSigV4, type SignedRequest, type SignOptions } from './sign.ts'
export { type SigningCredentials, type UnsignedRequest } from './signable-request.ts'
