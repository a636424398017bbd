export { formatBearer, parseBearer, verifyBearer } from './bearer.ts'
export { verifyHeaderToken } from './header-token.ts'
export { createTokenCache, type IssuedToken, type TokenCache, type TokenCacheOptions } from './token-cache.ts'
