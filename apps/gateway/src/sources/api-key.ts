import { verifyHeaderToken } from '@sluice/token-auth'
import { headerFaults } from './header-name.ts'
import { secretFaults } from './hmac-keys.ts'
import type { Scheme } from './scheme.ts'

/** Settings of {@link apiKey}. */
export interface ApiKeySettings {
  /** Default `x-api-key`. */
  readonly header?: string
  /** Several while one is being replaced by another. */
  readonly keys: readonly string[]
}

/** Accepts requests that carry one of the keys in a header, where it stands alone. */
export function apiKey({ header = 'x-api-key', keys }: ApiKeySettings): Scheme {
  return {
    name: 'api-key',
    faults: [...secretFaults(keys), ...headerFaults(header)],
    verify: ({ headers }) => {
      verifyHeaderToken(headers.get(header), keys)
      return undefined
    },
  }
}
