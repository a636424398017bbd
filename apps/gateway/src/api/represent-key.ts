import type { KeyHolder } from '../control/desk.ts'
import type { StoredKey } from '../control/port.ts'
import type { ShownKey } from './key-schemas.ts'

const instant = (ms: number): string => new Date(ms).toISOString()
const instantOrNull = (ms: number | null): string | null => (ms === null ? null : instant(ms))

/** Represents a key that was made by the API. */
export function representKey(key: StoredKey, state: ShownKey['state']): ShownKey {
  return {
    ...common(key),
    state,
    configured: false,
    createdAt: instant(key.createdAtMs),
    createdBy: key.createdBy,
    expiresAt: instantOrNull(key.expiresAtMs),
    revokedAt: instantOrNull(key.revoked?.atMs ?? null),
    revokedBy: key.revoked?.by ?? null,
    lastUsedAt: instantOrNull(key.lastUsedAtMs),
    secrets: key.secrets.map(({ prefix, createdAtMs, createdBy, endsAtMs }) => ({
      prefix,
      createdAt: instant(createdAtMs),
      createdBy,
      endsAt: instantOrNull(endsAtMs),
    })),
  }
}

/** Represents a key of the configuration, of which nothing else is known. */
export function representConfigured(holder: KeyHolder): ShownKey {
  return {
    ...common(holder),
    state: 'active',
    configured: true,
    createdAt: null,
    createdBy: null,
    expiresAt: null,
    revokedAt: null,
    revokedBy: null,
    lastUsedAt: null,
    secrets: [],
  }
}

function common({ id, name, scopes, sources, ratePerMinute }: KeyHolder) {
  return { id, name, scopes: [...scopes], sources: sources === null ? null : [...sources], ratePerMinute }
}
