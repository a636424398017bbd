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
 * What a program may pay for each entry point with everything that it imports, in bytes. Who only signs does not pay for
 * verifying, nor who only sends for describing what was sent: those are entry points of their own.
 */
export const LIMITS: ReadonlyMap<string, number> = new Map([
  ['basic-auth', 1000],
  ['token-auth', 2000],
  ['sigv4', 5000],
  ['sigv4/verify', 5000],
  ['standard-webhooks', 1000],
  ['json-codec', 3000],
  ['http-client', 4000],
])

/** How far a README's figures may be off. */
const TOLERANCE = 0.05

/** Writes the line of a README that says the sizes of a bundle. */
export function sizeLine(bundle: string, { own, withLibrary, whole }: Sizes): string {
  const [ownText, libraryText, wholeText] = [own, withLibrary, whole].map(kilobytes)
  const library = withLibrary === own ? '' : ` ${libraryText} with its library,`
  const all = whole === withLibrary ? '' : ` ${wholeText} with all that it imports,`
  return `Bundle size of ${bundle}: ${ownText},${library}${all} minified and compressed.`
}

/** Finds where a README says the sizes of a bundle. */
function lineOf(bundle: string): RegExp {
  return new RegExp(`^Bundle size of ${bundle}: .*$`, 'm')
}

/** Puts the sizes measured in the place of those that a README states. */
export function withSizeLine(readme: string, bundle: string, measured: Sizes): string {
  return readme.replace(lineOf(bundle), sizeLine(bundle, measured))
}

/**
 * Compares the sizes that a README states with those measured.
 *
 * @returns What is wrong; undefined when nothing is.
 */
export function sizeFault(readme: string, bundle: string, measured: Sizes): string | undefined {
  const right = sizeLine(bundle, measured)
  const line = lineOf(bundle).exec(readme)?.[0]
  if (line === undefined) return `its README has no line "${right}"`
  const [stated, expected] = [line, right].map((text) =>
    [...text.matchAll(/([\d.]+) kB/g)].map(([, figure]) => Number(figure)),
  )
  return isClose(stated, expected) ? undefined : `its README is off: ${right}`
}

function isClose(stated: readonly number[] = [], expected: readonly number[] = []): boolean {
  const near = expected.every((size, index) => Math.abs((stated[index] ?? 0) - size) <= size * TOLERANCE)
  return near && stated.length === expected.length
}

/** Says by how much a bundle exceeds its limit; undefined when it does not. */
export function limitFault(bundle: string, { whole }: Sizes): string | undefined {
  const limit = LIMITS.get(bundle)
  if (limit === undefined || whole <= limit) return undefined
  return `${bundle}: ${whole} bytes are more than its limit, ${limit}`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
