import type { Ports } from '@sluice/gateway'

/** Digits after an id's prefix. */
const LENGTH = 26

/** Makes ids that count up: they sort by the time they were made, and are the same from run to run. */
export function countedIds(): Ports['newId'] {
  let count = 0
  return (prefix) => {
    count += 1
    return `${prefix}_${String(count).padStart(LENGTH, '0')}`
  }
}

/** Makes UUIDs that count up. */
export function countedUuids(): () => string {
  let count = 0
  return () => {
    count += 1
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
  }
}

/** Makes tokens that count up, as long as real ones. */
export function countedTokens(): Ports['newToken'] {
  let count = 0
  return () => {
    count += 1
    return String(count).padStart(43, 'T')
  }
}
