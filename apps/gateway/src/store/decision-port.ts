/** What a person decided about a delivery that the gateway could not: send it again, take it for done, or give it up. */
export const RESOLUTIONS = ['resend', 'delivered', 'drop'] as const
export type ResolveAs = (typeof RESOLUTIONS)[number]

/** Whatever a person can say about a delivery that is dead or parked: what becomes of it, or that it was seen as it is. */
export const DECISIONS = [...RESOLUTIONS, 'acknowledge'] as const
export type Decision = (typeof DECISIONS)[number]

/** A decision, and who took it and why. */
export interface Resolution {
  readonly atMs: number
  readonly as: Decision
  /** Name of the key that was used. */
  readonly by: string
  readonly why: string
}
