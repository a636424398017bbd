/**
 * The two functions that are used here. The library's published types name those of Node, which would then be visible
 * to every package of a program without a runtime.
 */
declare module 'papaparse' {
  interface Papaparse {
    parse(
      text: string,
      config: { readonly delimiter: string; readonly quoteChar: string; readonly newline: '\n' },
    ): { readonly data: string[][] }
    unparse(
      rows: readonly (readonly string[])[],
      config: {
        readonly delimiter: string
        readonly quoteChar: string
        readonly newline: '\n' | '\r\n'
        readonly quotes: (value: string, column: number) => boolean
      },
    ): string
  }
  const papaparse: Papaparse
  export default papaparse
}
