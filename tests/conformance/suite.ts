/** The runtimes on which every package has to behave alike. `node-20` and the like is the machine's own Node. */
export type Runtime = 'bun' | 'node' | 'deno' | 'workerd'

/** A published signing vector: the text of each of its files. */
export interface SigningVector {
  /** Suite and path, such as `botocore/normalize-path/get-slash`. */
  readonly name: string
  readonly req: string
  readonly creq: string
  readonly sts: string
  readonly authz: string
}

/** Where the server of faults listens. */
export interface FaultOrigins {
  /** Reads each request, and then does what its path says. */
  readonly http: string
  /** Resets each connection before it has read anything. */
  readonly reset: string
  /** Nobody listens there. */
  readonly refused: string
  /** Shows a certificate that nobody signed. */
  readonly https: string
}

/** What a run is told from outside; it travels as JSON. */
export interface Setting {
  readonly runtime: Runtime
  readonly origins: FaultOrigins
  readonly signingVectors: readonly SigningVector[]
}

/** What a case may use. */
export interface Context extends Setting {
  /** The runtime's `fetch`, set up as the README of http-client says for it. */
  readonly fetch: (request: Request, init?: { readonly keepalive?: boolean }) => Promise<Response>
}

/** One thing that has to hold on every runtime. It throws when it does not. */
export interface Case {
  readonly name: string
  /** Whether its expected values are printed in a public specification or vector suite. */
  readonly isVector: boolean
  readonly run: (context: Context) => unknown
}

/** Every case of a package; some exist only where the setting brings vectors. */
export type Suite = (setting: Setting) => readonly Case[]

/** Names what was wrong with the one case that failed. */
export interface Failure {
  readonly name: string
  readonly message: string
}

/** How a suite went on a runtime. */
export interface Outcome {
  readonly passed: number
  readonly failures: readonly Failure[]
  /** Public vectors among those that passed. */
  readonly vectors: number
}

type Check<Row extends readonly unknown[]> = (context: Context, ...values: Row) => unknown

/** Makes a case of every row: its name, then what the check is given. */
export function cases<Row extends readonly unknown[]>(
  title: string,
  rows: readonly (readonly [name: string, ...values: Row])[],
  check: Check<Row>,
): Case[] {
  return rows.map(([name, ...values]) => ({
    name: `${title}: ${name}`,
    isVector: false,
    run: (context) => check(context, ...values),
  }))
}

/** Makes cases of rows whose expected values stand in a public document. */
export function vectors<Row extends readonly unknown[]>(
  source: string,
  rows: readonly (readonly [name: string, ...values: Row])[],
  check: Check<Row>,
): Case[] {
  return cases(source, rows, check).map((vector) => ({ ...vector, isVector: true }))
}

/** Runs every case, one after another. */
export async function runSuite(suite: Suite, context: Context): Promise<Outcome> {
  const failures: Failure[] = []
  let passed = 0
  let passedVectors = 0
  for (const { name, isVector, run } of suite(context)) {
    try {
      await run(context)
      passed += 1
      passedVectors += Number(isVector)
    } catch (error) {
      failures.push({ name, message: error instanceof Error ? error.message : String(error) })
    }
  }
  return { passed, failures, vectors: passedVectors }
}
