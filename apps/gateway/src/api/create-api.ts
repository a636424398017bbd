import { OpenAPIHono } from '@hono/zod-openapi'
import { issuesOf } from '../flow/validate.ts'
import { RequestError } from '../problem.ts'
import type { KeyEnv } from './auth.ts'

/** Creates what a part of the API is added to: a request that does not fit its route is refused with the paths. */
export function createApi() {
  return new OpenAPIHono<KeyEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new RequestError('PARAMETER_INVALID', issuesOf(result.error))
    },
  })
}
