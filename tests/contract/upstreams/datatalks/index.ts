import { faultCases } from './fault-cases.ts'
import { printedCases } from './printed-cases.ts'
import { DATATALKS_VARIABLES } from './stage.ts'
import { stateCases } from './state-cases.ts'
import { wrongRequests } from './wrong-requests.ts'

/** Everything about this upstream. */
export const datatalks = {
  cases: [...faultCases(), ...printedCases(), ...stateCases()],
  wrongRequests,
  variables: DATATALKS_VARIABLES,
} as const
