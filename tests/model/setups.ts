/** How the route of a record is configured in one life of the gateway. */
export interface Setup {
  readonly name: string
  /** The column that has the delivery's id. */
  readonly marker: string | null
}

/** What people make of a configuration between two lives. Records wait that were received under another. */
export const SETUPS = {
  'as it was': { name: 'records', marker: 'Reference' },
  'renamed route': { name: 'records-anew', marker: 'Reference' },
  'no marker': { name: 'records', marker: null },
  'another column': { name: 'records', marker: 'Other_Reference' },
} as const satisfies Readonly<Record<string, Setup>>
export type SetupName = keyof typeof SETUPS

/** A life of the gateway, as far as a delivery is concerned: attempts from this one on were made in it. */
export interface LifeOfDelivery {
  readonly setup: SetupName
  readonly fromAttempt: number
}

/** Where the configuration of an attempt says that a delivery is to be looked for, and whether its id was put there. */
export interface Sought {
  /** Null where it says nothing: the route has no marker, or is not known any more. */
  readonly column: string | null
  readonly isThere: boolean
}

/** Tells where a delivery is to be looked for at an attempt; it was received in the first of its lives. */
export function soughtAt(lives: readonly LifeOfDelivery[], attempt: number): Sought {
  const [first] = lives
  const now = lives.findLast(({ fromAttempt }) => fromAttempt <= attempt)
  if (first === undefined || now === undefined) throw new Error('a delivery was received in no life')
  const born: Setup = SETUPS[first.setup]
  const today: Setup = SETUPS[now.setup]
  const column = today.name === born.name ? today.marker : null
  return { column, isThere: column !== null && column === born.marker }
}
