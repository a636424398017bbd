/** What a person can mend, in one line. */
export class CliError extends Error {
  override readonly name = 'CliError'
}
