export { formatBearer, parseBearer, verifyBearer } from './bearer.ts'
export { formatHeaderToken, verifyHeaderToken } from './header-token.ts'
export {
  createTokenCache,
  type IssuedToken,
  type KeyedTokenCacheOptions,
  type TokenCache,
  type TokenCacheOptions,
} from './token-cache.ts'
