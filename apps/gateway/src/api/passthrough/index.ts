import { problemFor, type RequestCode } from '../../problem.ts'
import { FAILURES } from './failures.ts'
import { ROUTES } from './routes.ts'

const answerOf = (code: RequestCode): string => `${problemFor(code).problem.status} ${code}`

/** What docs/api.md prints: the routes, and what each failure of a call is answered with. */
export const PASSTHROUGH = {
  routes: ROUTES.map(({ route: { method, path }, operation }) => [method, path, operation] as const),
  failures: Object.fromEntries(
    Object.entries(FAILURES).map(([cause, [repeatable, other]]) => [cause, [answerOf(repeatable), answerOf(other)]]),
  ),
} as const
