import type { FuzzReport } from './run.ts'

/** Operations that cannot succeed here, and why. */
export const CANNOT_SUCCEED: Readonly<Record<string, string>> = {}

const SHOWN_FAULT = 400

/** Writes what came of a run, and tells whether all of it is as it should be. */
export function reportLines(
  runtime: string,
  seed: number,
  { operations, requests, findings, never, seen }: FuzzReport,
  verbose: boolean,
): { readonly text: string; readonly ok: boolean } {
  const missing = never.filter((id) => CANNOT_SUCCEED[id] === undefined)
  const lines = [
    ...(verbose ? [...seen].map(([name, times]) => `  ${name}: ${times}`).toSorted() : []),
    ...findings.flatMap(({ fault, curl, times }) => [
      `FAIL ${fault.slice(0, SHOWN_FAULT)} (${times} times)`,
      `     ${curl}`,
    ]),
    ...missing.map((id) => `FAIL never seen: ${/\d/.test(id) ? id : `${id} 2xx`}`),
    `${runtime}: seed ${seed}, operations ${operations}, requests ${requests}, failed ${findings.length + missing.length}`,
  ]
  return { text: `${lines.join('\n')}\n`, ok: findings.length + missing.length === 0 && requests > 0 }
}
