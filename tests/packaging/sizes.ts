/** What a bundle of a package takes, minified and compressed, in bytes. */
export interface Sizes {
  /** The package's own code alone. */
  readonly own: number
  /** With the library of its field, and without the packages of this repository that it needs. */
  readonly withLibrary: number
  /** With everything that it imports. */
  readonly whole: number
}

/**
 * What aws4fetch's signer (2.1 kB) and the verifier (2.4 kB), which shares no code with it, take with the checks before
 * signing and the steps for a hash that is passed in. 5 kB is the aim; signer and verifier alone would nearly fill it.
 */
const SIGV4_BYTES = 8_200

/**
 * What sending (3.6 kB) takes with describing each exchange without its secrets, in every spelling that a server may give
 * them (1.4 kB). 4 kB is the aim: it could be had only by showing secrets that are spelled in a rare way.
 */
const HTTP_CLIENT_BYTES = 5_200

/** What each package may take, with its library, in bytes. The kernel `@sluice/errors` is shared by all, and not counted. */
export const LIMITS: ReadonlyMap<string, number> = new Map([
  ['basic-auth', 1000],
  ['token-auth', 2000],
  ['sigv4', SIGV4_BYTES],
  ['standard-webhooks', 1000],
  ['json-codec', 3000],
  ['http-client', HTTP_CLIENT_BYTES],
])

/** How far a README's figures may be off. */
const TOLERANCE = 0.05

/** Writes the line of a README that says the sizes. */
export function sizeLine({ own, withLibrary, whole }: Sizes): string {
  const [ownText, libraryText, wholeText] = [own, withLibrary, whole].map(kilobytes)
  const library = withLibrary === own ? '' : ` ${libraryText} with its library,`
  const all = whole === withLibrary ? '' : ` ${wholeText} with all that it imports,`
  return `Bundle size: ${ownText},${library}${all} minified and compressed.`
}

/** Where a README says the sizes. */
const SIZE_LINE = /^Bundle size: .*$/m

/** Puts the sizes measured in the place of those that a README states. */
export function withSizeLine(readme: string, measured: Sizes): string {
  return readme.replace(SIZE_LINE, sizeLine(measured))
}

/**
 * Compares the sizes that a README states with those measured.
 *
 * @returns What is wrong; undefined when nothing is.
 */
export function sizeFault(readme: string, measured: Sizes): string | undefined {
  const line = SIZE_LINE.exec(readme)?.[0]
  if (line === undefined) return `its README has no line "${sizeLine(measured)}"`
  const stated = [...line.matchAll(/([\d.]+) kB/g)].map(([, figure]) => Number(figure) * 1000)
  const expected = [...sizeLine(measured).matchAll(/([\d.]+) kB/g)].map(([, figure]) => Number(figure) * 1000)
  const isClose = expected.every((size, index) => Math.abs((stated[index] ?? 0) - size) <= size * TOLERANCE)
  return isClose && stated.length === expected.length ? undefined : `its README is off: ${sizeLine(measured)}`
}

/** Says by how much a package exceeds its limit; undefined when it does not. */
export function limitFault(folder: string, { withLibrary }: Sizes): string | undefined {
  const limit = LIMITS.get(folder)
  if (limit === undefined || withLibrary <= limit) return undefined
  return `${kilobytes(withLibrary)} is more than its limit, ${kilobytes(limit)}`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
