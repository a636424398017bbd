const MINUTE_MS = 60_000

/** What is left of a key's rate: a bucket that fills evenly, to one minute's worth. */
export interface Bucket {
  readonly left: number
  readonly atMs: number
}

/** What was taken of a bucket. */
export interface TakenCalls {
  readonly bucket: Bucket
  readonly calls: number
  /** How long until there is one, where nothing could be taken; else until the bucket is full. In seconds, rounded up. */
  readonly resetSeconds: number
}

/** Takes calls from a bucket, as many as there are of those that are wanted. A new one is full. */
export function takeCalls(bucket: Bucket | null, ratePerMinute: number, wanted: number, nowMs: number): TakenCalls {
  const before = bucket === null ? ratePerMinute : filled(bucket, ratePerMinute, nowMs)
  const calls = Math.min(wanted, Math.floor(before))
  const left = before - calls
  const missing = calls === 0 ? 1 - left : ratePerMinute - left
  return {
    bucket: { left, atMs: nowMs },
    calls,
    resetSeconds: Math.ceil((missing * MINUTE_MS) / ratePerMinute / 1000),
  }
}

/** A clock that steps back fills nothing. */
function filled({ left, atMs }: Bucket, ratePerMinute: number, nowMs: number): number {
  return Math.min(ratePerMinute, left + (Math.max(0, nowMs - atMs) * ratePerMinute) / MINUTE_MS)
}
