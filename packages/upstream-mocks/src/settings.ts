import { type ContactnowSettings, CONTACTNOW_DEFAULTS } from './contactnow-settings.ts'
import { type DanaconnectSettings, DANACONNECT_DEFAULTS } from './danaconnect-settings.ts'
import { type DatatalksSettings, DATATALKS_DEFAULTS } from './datatalks-settings.ts'

/** How the mocks behave wherever a vendor's documentation leaves it open. */
export interface MockSettings {
  readonly danaconnect: DanaconnectSettings
  readonly contactnow: ContactnowSettings
  readonly datatalks: DatatalksSettings
  /** How many requests the log keeps. Default 200,000. */
  readonly keepRequests: number
  /** How many conversation starts, loads, events and forwarded contacts each mock keeps to show. Default 200,000. */
  readonly keepEffects: number
}

/** Settings to be changed from the defaults. */
export interface MockSettingsInput {
  readonly danaconnect?: Partial<DanaconnectSettings>
  readonly contactnow?: Partial<ContactnowSettings>
  readonly datatalks?: Partial<DatatalksSettings>
  readonly keepRequests?: number
  readonly keepEffects?: number
}

/** Fills in what was left out. */
export function completeSettings(input: MockSettingsInput): MockSettings {
  return {
    danaconnect: { ...DANACONNECT_DEFAULTS, ...input.danaconnect },
    contactnow: { ...CONTACTNOW_DEFAULTS, ...input.contactnow },
    datatalks: { ...DATATALKS_DEFAULTS, ...input.datatalks },
    keepRequests: input.keepRequests ?? 200_000,
    keepEffects: input.keepEffects ?? 200_000,
  }
}
