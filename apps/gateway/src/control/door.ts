import type { ApiKey } from '../config.ts'
import { sha256Hex } from '../digest.ts'
import { type Admission, configuredHolders, type KeyDesk } from './desk.ts'
import { isSecret } from './secret.ts'

/** Where a request with a key comes in. */
export interface Door {
  /**
   * Asks for one request with a key.
   *
   * @returns null where it is nobody's key, or no longer.
   * @throws StoreError it cannot be told.
   */
  enter(key: string): Promise<Admission | null>
}

/** Creates the door. What is neither a key of the configuration nor has the form of one that was made is looked up nowhere. */
export function createDoor(keys: readonly ApiKey[], desk: KeyDesk): Door {
  const configured = configuredHolders(keys)
  return {
    async enter(key) {
      const digest = await sha256Hex(key)
      const isKnown = (await configured).has(digest)
      return isKnown || isSecret(key) ? desk.admit(digest, 1) : null
    },
  }
}
