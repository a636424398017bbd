import type { Config } from './config.ts'

/** Something that a configuration may do, and that will probably not work where it runs. */
export interface StartWarning {
  readonly code: 'EGRESS_NOT_FIXED'
  readonly destination: string
  readonly detail: string
}

/** What a runtime knows about itself that the configuration cannot know. */
export interface RuntimeFacts {
  /** Whether its calls always come from the same address. */
  readonly fixedEgress: boolean
}

/** Finds what to warn of at start. It makes nothing unready: only the upstream can say whether it works. */
export function startWarnings(
  { destinations }: Pick<Config, 'destinations'>,
  { fixedEgress }: RuntimeFacts,
): readonly StartWarning[] {
  if (fixedEgress) return []
  return [...destinations].flatMap(([destination, { kind, needsFixedAddress }]) =>
    needsFixedAddress ? [{ code: 'EGRESS_NOT_FIXED' as const, destination, detail: detailOf(destination, kind) }] : [],
  )
}

function detailOf(destination: string, kind: string): string {
  return `${destination} (${kind}) works only for a caller whose address stays the same, and this gateway has no fixed address: forward its deliveries to a Sluice that has one (docs/forwarding.md), or set FIXED_EGRESS=yes where it has one after all.`
}

/**
 * Reads the setting `FIXED_EGRESS`.
 *
 * @param byDefault - What holds of the runtime where nothing is set.
 * @returns Null where it is neither `yes` nor `no`.
 */
export function readFixedEgress(setting: string | undefined, byDefault: boolean): boolean | null {
  if (setting === undefined || setting === '') return byDefault
  return setting === 'yes' ? true : setting === 'no' ? false : null
}
