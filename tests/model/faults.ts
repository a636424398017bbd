import type { FaultName, UpstreamName } from '@sluice/upstream-mocks'

/** The operations of the model, by what they can do. */
export type Kind = 'load' | 'start' | 'record' | 'upsert'

/** How a call ends by the vendor's contract: what the gateway may know when it is over. */
export type End =
  /** The upstream says that it is done, or taken. */
  | 'taken'
  /** Nobody knows whether it landed. */
  | 'unsure'
  | 'refused'
  /** Turned away at the door: nothing was done, and no attempt is used up. */
  | 'throttled'
  /** The token was not accepted: nothing was done, and no attempt is used up. */
  | 'unauthorized'

/** Where a kind is found in the log of the mocks. */
export const CALLED: Readonly<Record<Kind, { readonly upstream: UpstreamName; readonly operation: string }>> = {
  load: { upstream: 'danaconnect', operation: 'bulk-load' },
  start: { upstream: 'danaconnect', operation: 'start-data' },
  record: { upstream: 'contactnow', operation: 'ecnow_records.create' },
  upsert: { upstream: 'datatalks', operation: 'contacts.upsert' },
}

type Ends = Readonly<Partial<Record<FaultName, End>>>

/** Faults that each kind can have in the model, and how a call with one ends. Written from the contracts, not from the code. */
export const ENDS: Readonly<Record<Kind, Ends>> = {
  load: {
    reset: 'unsure',
    'reset-after': 'unsure',
    'timeout-after': 'unsure',
    'html-200': 'unsure',
    'status-429': 'throttled',
    'bad-argument-json': 'refused',
  },
  start: {
    reset: 'unsure',
    'reset-after': 'unsure',
    timeout: 'unsure',
    'status-500': 'unsure',
    'status-429': 'throttled',
    'bad-argument-json': 'refused',
  },
  record: {
    reset: 'unsure',
    'reset-after': 'unsure',
    'timeout-after': 'unsure',
    'cut-200': 'unsure',
    'html-200': 'unsure',
    'status-429': 'throttled',
    'expired-token': 'unauthorized',
    'refusal-200': 'refused',
  },
  upsert: {
    reset: 'unsure',
    'reset-after': 'unsure',
    'timeout-after': 'unsure',
    'status-503': 'unsure',
    'status-429': 'throttled',
    'status-400': 'refused',
  },
}

/** Faults of the callback about a load. What it says is seen in the callback itself. */
export const CALLBACK_FAULTS = [
  'callback-never',
  'callback-late',
  'callback-twice',
  'callback-before-reply',
  'callback-forged-ids',
  'callback-low-count',
  'callback-unknown-result',
  'rows-rejected',
] as const satisfies readonly FaultName[]

/** Faults of a look, as the upstream shows them. A list that hides what is there is not among them: it is believed. */
export const LOOK_FAULTS = [
  'reset',
  'timeout',
  'cut-200',
  'html-200',
  'status-404',
  'status-429',
  'status-503',
  'expired-token',
  'refusal-200',
] as const satisfies readonly FaultName[]
