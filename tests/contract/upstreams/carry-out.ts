import { isDeepStrictEqual } from 'node:util'
import { SluiceError, UpstreamError } from '@sluice/errors'
import type { CaseResult, ContractCase, Expected, Failure } from './contract-case.ts'

/** Runs a case against the sandbox. */
export async function carryOut(contractCase: ContractCase): Promise<CaseResult> {
  const seen = await outcomeOf(contractCase.run)
  return { contractCase, seen: comparable(seen, contractCase.expected), passed: meets(seen, contractCase.expected) }
}

/** Makes a call, and says what it came to. An error that is none of the project's own is not caught. */
export async function outcomeOf(call: () => Promise<unknown>): Promise<Expected> {
  try {
    return { result: await call() }
  } catch (error) {
    if (error instanceof SluiceError) return failureOf(error)
    throw error
  }
}

/** Tells whether an outcome is the expected one. An error is compared in the members that are expected of it. */
export function meets(seen: Expected, expected: Expected): boolean {
  return isDeepStrictEqual(comparable(seen, expected), expected)
}

function comparable(seen: Expected, expected: Expected): Expected {
  if ('result' in seen || 'result' in expected) return seen
  const { words, counts, ...rest } = seen
  return {
    ...rest,
    ...(expected.words === undefined || words === undefined ? {} : { words }),
    ...(expected.counts === undefined || counts === undefined ? {} : { counts }),
  }
}

function failureOf(error: SluiceError): Failure {
  const { words, counts } = error instanceof UpstreamError ? error : {}
  return {
    code: error.code,
    retry: error.retry,
    ...(words === undefined ? {} : { words }),
    ...(counts === undefined ? {} : { counts }),
  }
}
