import { ProblemSchema } from './schemas.ts'
import type { z } from '@hono/zod-openapi'

/** Describes a JSON answer for the document. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const PROBLEMS = {
  400: 'The request cannot be read.',
  401: 'Not authenticated. The answer is the same whatever was wrong.',
  403: 'The key lacks the scope.',
  404: 'Not found.',
  409: 'It is in no state for that.',
  410: 'What is asked for is no longer kept.',
  413: 'The body is too large.',
  405: 'The method is not taken here.',
  415: 'The media type or the encoding is not accepted.',
  422: 'The body was read and is not what it should be.',
  500: 'Something went wrong here.',
  503: 'The store cannot write. Nothing was kept; send it again after `Retry-After`.',
} as const

const header = (description: string) => ({ description, schema: { type: 'string' as const } })

/** Headers that come with a problem. */
const HEADERS: Readonly<Partial<Record<number, Readonly<Record<string, ReturnType<typeof header>>>>>> = {
  401: { 'WWW-Authenticate': header('`Bearer`.') },
  503: { 'Retry-After': header('Seconds after which to send it again.') },
}

/** Describes the problems that a route may answer with, all of one form. */
export function problemAnswers<Status extends keyof typeof PROBLEMS>(...statuses: readonly Status[]) {
  const answers = statuses.map((status) => {
    const headers = HEADERS[status]
    const content = { 'application/problem+json': { schema: ProblemSchema } }
    return [status, { description: PROBLEMS[status], ...(headers === undefined ? {} : { headers }), content }]
  })
  return Object.fromEntries(answers) as {
    [Key in Status]: { description: string; content: { 'application/problem+json': { schema: typeof ProblemSchema } } }
  }
}
