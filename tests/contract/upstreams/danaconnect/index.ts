import { faultCases } from './fault-cases.ts'
import { printedCases } from './printed-cases.ts'
import { DANACONNECT_VARIABLES } from './stage.ts'
import { stateCases } from './state-cases.ts'
import { wireCases } from './wire-cases.ts'
import { wrongRequests } from './wrong-requests.ts'

/** Everything about this upstream. */
export const danaconnect = {
  cases: [...faultCases(), ...printedCases(), ...stateCases(), ...wireCases()],
  wrongRequests,
  variables: DANACONNECT_VARIABLES,
} as const
