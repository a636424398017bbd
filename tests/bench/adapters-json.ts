import { decodeJson } from '@sluice/json-codec'

import type { Contender } from './adapters-rounds.ts'
import { EVENT } from './event.ts'

/** A record of 1 kB, twice the event that the other benchmark sends. */
const record = JSON.stringify({ first: JSON.parse(EVENT), second: JSON.parse(EVENT) })
const bytes = new TextEncoder().encode(record)
const loose = new TextDecoder()
const strict = new TextDecoder('utf-8', { fatal: true })

export const JSON_BYTES = bytes.length

/** From the bare parser upwards, one check more each time. */
export const jsonFromText: readonly Contender[] = [
  { name: 'JSON.parse', work: () => JSON.parse(record) },
  { name: '+ size, depth, names, range', work: () => decodeJson(record, { duplicateKeys: 'last' }) },
  { name: '+ repeated names: decodeJson', work: () => decodeJson(record) },
  { name: '+ exact numbers', work: () => decodeJson(record, { inexactNumbers: 'refuse' }) },
]

/** The same from bytes, which have to be decoded before anything is parsed. */
export const jsonFromBytes: readonly Contender[] = [
  { name: 'JSON.parse', work: () => JSON.parse(record) },
  { name: '+ UTF-8', work: () => JSON.parse(loose.decode(bytes)) },
  { name: '+ only UTF-8', work: () => JSON.parse(strict.decode(bytes)) },
  { name: '+ size, depth, names, range', work: () => decodeJson(bytes, { duplicateKeys: 'last' }) },
  { name: '+ repeated names: decodeJson', work: () => decodeJson(bytes) },
  { name: '+ exact numbers', work: () => decodeJson(bytes, { inexactNumbers: 'refuse' }) },
]
