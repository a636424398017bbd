import { contactnow } from './contactnow/index.ts'
import { danaconnect } from './danaconnect/index.ts'
import { datatalks } from './datatalks/index.ts'

/** The suite of each upstream. */
export const SUITES = [
  ['danaconnect', danaconnect],
  ['contactnow', contactnow],
  ['datatalks', datatalks],
] as const
