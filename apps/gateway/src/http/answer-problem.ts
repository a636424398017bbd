import type { Context } from 'hono'
import type { KeyEnv } from '../api/auth.ts'
import { problemOf } from '../problem.ts'
import { requestUrn } from './request-id.ts'

const PROBLEM_JSON = { 'content-type': 'application/problem+json' }

/** Answers with a problem document that names the request. What the log says of it: `exchange.ts`. */
export function answerProblem(error: unknown, context: Context<KeyEnv>): Response {
  const { problem, headers } = problemOf(error)
  const challenge = problem.status === 401 ? context.get('challenge') : undefined
  const named = { ...problem, instance: requestUrn(context.get('requestId')) }
  return new Response(JSON.stringify(named), {
    status: problem.status,
    headers: { ...PROBLEM_JSON, ...headers, ...(challenge === undefined ? {} : { 'www-authenticate': challenge }) },
  })
}

/** Answers with a problem as if a handler had thrown it. */
export function refuse(error: Error, context: Context<KeyEnv>): Response {
  context.error = error
  return answerProblem(error, context)
}
