/** A token: RFC 9110 section 5.6.2. To ask for any other name throws. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i

/** Tells what is wrong with names of headers. */
export function headerFaults(...names: readonly string[]): readonly string[] {
  return names.every((name) => HEADER_NAME.test(name)) ? [] : ['a header is no name of a header']
}
