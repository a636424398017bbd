type Columns = Readonly<Record<string, string | null>>
type Variables = ReadonlyMap<string, string>

/** The columns that hold a phone number. */
export const PHONES = ['HomePhone', 'WorkPhone', 'MobilePhone'] as const

const LIVE_TYPES: readonly string[] = ['New Prospect', 'NEEDSMOREWORK']
const HELD_TYPES: readonly string[] = ['HOLD: New Prospect', 'HOLD: NEEDSMOREWORK']
const CALLBACK_TYPES: readonly string[] = ['NEEDSMOREWORK', 'HOLD: NEEDSMOREWORK']

/** The values of `mode`, and which process types each lets through. */
const MODES: Readonly<Record<string, (processType: string) => boolean>> = {
  active: (type) => LIVE_TYPES.includes(type) || HELD_TYPES.includes(type),
  live: (type) => LIVE_TYPES.includes(type),
  callbacks: (type) => CALLBACK_TYPES.includes(type),
  'live-callbacks': (type) => type === 'NEEDSMOREWORK',
  unexpired: (type) => type !== 'EXPIRED',
}

/** The values of `timetype`, and the column that each looks at. */
const TIME_COLUMNS: Readonly<Record<string, string>> = { callback: 'callback', processdate: 'ProcessDate' }

/** Says which filter of a read has a value that it cannot have. */
export function faultOfFilters(variables: Variables): string | null {
  const mode = variables.get('mode')
  if (mode !== undefined && MODES[mode] === undefined) return 'Bad argument: mode'
  const timetype = variables.get('timetype')
  if (timetype !== undefined && TIME_COLUMNS[timetype] === undefined) return 'Bad argument: timetype'
  return null
}

/** Tells whether a record passes every filter of a read but table and dataset. */
export function passesFilters(columns: Columns, variables: Variables): boolean {
  const mode = MODES[variables.get('mode') ?? '']
  if (mode !== undefined && !mode(columns['ProcessType'] ?? '')) return false
  return passesTime(columns, variables) && CHECKS.every(([name, passes]) => passes(columns, variables.get(name)))
}

type Check = (columns: Columns, value: string | undefined) => boolean

const equals =
  (column: string): Check =>
  (columns, value) =>
    value === undefined || columns[column] === value

const CHECKS: readonly (readonly [variable: string, passes: Check])[] = [
  ['id', equals('id')],
  ['agent', equals('AgentRef')],
  ['urn', equals('URN')],
  ['outcome', (columns, value) => value === undefined || value.split(',').includes(columns['outcomecode'] ?? '')],
  ['ddi', (columns, value) => value === undefined || PHONES.some((phone) => columns[phone] === value)],
]

/** Both ends of the span count; a time that is not set lies in no span. */
function passesTime(columns: Columns, variables: Variables): boolean {
  const column = TIME_COLUMNS[variables.get('timetype') ?? '']
  if (column === undefined) return true
  const time = columns[column] ?? ''
  const start = variables.get('tstart') ?? ''
  const stop = variables.get('tstop')
  return !time.startsWith('0000') && time >= start && (stop === undefined || time <= stop)
}
