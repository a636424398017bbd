import { decodeJson } from '@sluice/json-codec'

import type { Contender } from './adapters-rounds.ts'
import { EVENT } from './event.ts'

/** A record of 1 kB, twice the event that the other benchmark sends. */
const record = JSON.stringify({ first: JSON.parse(EVENT), second: JSON.parse(EVENT) })
const bytes = new TextEncoder().encode(record)
const decoder = new TextDecoder()

export const JSON_BYTES = bytes.length

/** From the bare parser upwards, one check more each time. */
export const jsonDecoders: readonly Contender[] = [
  { name: 'JSON.parse', work: () => JSON.parse(record) },
  { name: '+ size, depth, names, range', work: () => decodeJson(record, { duplicateKeys: 'last' }) },
  { name: '+ repeated names', work: () => decodeJson(record) },
  { name: '+ exact numbers', work: () => decodeJson(record, { inexactNumbers: 'refuse' }) },
  { name: 'bytes: TextDecoder, JSON.parse', work: () => JSON.parse(decoder.decode(bytes)) },
  { name: 'bytes: decodeJson', work: () => decodeJson(bytes) },
]
