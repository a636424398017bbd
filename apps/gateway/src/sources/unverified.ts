import { VerifyError } from '@sluice/errors'
import type { Scheme } from './scheme.ts'

/** Settings of {@link unverified}. */
export interface UnverifiedSettings {
  readonly iUnderstandThatAnybodyCanPost: true
}

/**
 * Accepts every request: whoever finds the address can post contacts that are then called. Only for a sender that can prove
 * nothing, behind something else that lets nobody but it through.
 */
export function unverified(settings: UnverifiedSettings): Scheme {
  // What the compiler checks, for configurations that it does not see.
  const isUnderstood = (settings as Partial<UnverifiedSettings> | null)?.iUnderstandThatAnybodyCanPost === true
  return {
    name: 'unverified',
    faults: isUnderstood ? [] : ['it must be said in words: `iUnderstandThatAnybodyCanPost: true`'],
    verify: () => {
      if (!isUnderstood) throw new VerifyError('AUTH_REJECTED', 'unverified: it was not said in words')
      return undefined
    },
  }
}
