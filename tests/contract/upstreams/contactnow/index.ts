import { faultCases } from './fault-cases.ts'
import { judgedCases } from './judged-cases.ts'
import { printedCases } from './printed-cases.ts'
import { CONTACTNOW_VARIABLES } from './stage.ts'
import { stateCases } from './state-cases.ts'
import { wireCases } from './wire-cases.ts'
import { wrongRequests } from './wrong-requests.ts'

/** Everything about this upstream. */
export const contactnow = {
  cases: [...faultCases(), ...printedCases(), ...judgedCases(), ...wireCases(), ...stateCases()],
  wrongRequests,
  variables: CONTACTNOW_VARIABLES,
} as const
