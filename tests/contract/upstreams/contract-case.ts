import type { UpstreamName } from '@sluice/upstream-mocks'

/** What a call has to come to: a value, or an error of a code, with what its caller may do. */
export type Expected = { readonly result: unknown } | Failure

/** An error as the suite looks at it. */
export interface Failure {
  readonly code: string
  readonly retry: string
  readonly words?: string
  readonly counts?: { readonly total: number; readonly bad: number }
}

/** Where a case may be run against the vendor itself, and how. */
export interface LiveRun {
  /** A write changes something in the account: it runs only when that was asked for. */
  readonly effect: 'read' | 'write'
  readonly run: (environment: Environment) => Promise<unknown>
}

/** One line of the contract: an operation, a reply, and what has to come of it. */
export interface ContractCase {
  readonly upstream: UpstreamName
  readonly operation: string
  readonly name: string
  readonly expected: Expected
  /** Makes the call against the sandbox, or against a printed reply. */
  readonly run: () => Promise<unknown>
  readonly live?: LiveRun
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a case came to. */
export interface CaseResult {
  readonly contractCase: ContractCase
  readonly seen: Expected
  readonly passed: boolean
}

/** Makes the expectation of a value. */
export function gives(result: unknown): Expected {
  return { result }
}

/**
 * Makes the expectation of an error, written `CODE retry`.
 *
 * @param more - Its words and counts, where the case is about them.
 */
export function fails(text: string, more: Pick<Failure, 'words' | 'counts'> = {}): Failure {
  const [code = '', retry = ''] = text.split(' ')
  return { code, retry, ...more }
}
