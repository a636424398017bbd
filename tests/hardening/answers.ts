/** A request, and how it is called in the name of a test. */
export interface Asked {
  readonly name: string
  readonly path: string
  readonly init?: RequestInit
  readonly status: number
}

/** The headers that every answer has, whatever it is. */
const EVERYWHERE: readonly (readonly [name: string, value: string | RegExp])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['cache-control', 'no-store'],
]
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

/** Says what is wrong with the headers of an answer. */
export function headerFaults({ headers }: Response): readonly string[] {
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  const policy = headers.get('content-security-policy') ?? ''
  const faults = EVERYWHERE.flatMap(([name, value]) =>
    headers.get(name) === value ? [] : [`${name}: ${headers.get(name)}`],
  )
  const isTight = isPage
    ? policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'") && !policy.includes('unsafe')
    : policy === NO_PAGE
  const cors = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
  return [...faults, ...(isTight ? [] : [`content-security-policy: ${policy}`]), ...cors]
}

/** Says what is wrong with the names that an answer gives its request. */
export function nameFaults({ headers }: Response): readonly string[] {
  return [
    ...(/^[\w.:@/+=-]{1,128}$/.test(headers.get('x-request-id') ?? '') ? [] : ['x-request-id']),
    ...(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$/.test(headers.get('traceresponse') ?? '') ? [] : ['traceresponse']),
  ]
}
