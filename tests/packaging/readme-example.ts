/** The example of a README, and what it says that the example prints. */
export interface ReadmeExample {
  readonly code: string
  /** Each comment that begins a line is a line that is printed. */
  readonly output: string
}

/**
 * Takes the first example out of a README.
 *
 * @throws Error it has none.
 */
export function readmeExample(readme: string): ReadmeExample {
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1]
  if (code === undefined) throw new Error('packaging: the README has no example')
  const printed = code.split('\n').filter((line) => line.startsWith('// '))
  return { code, output: printed.map((line) => `${line.slice(3)}\n`).join('') }
}
