import type { MediaType } from './document.ts'

/**
 * Reads the example of an XML body, which stands in a `data:` address: RFC 2397.
 *
 * @throws Error there is none.
 */
export function xmlExampleOf({ examples = {} }: MediaType): string {
  const [example] = Object.values(examples)
  const address = example?.['externalValue']
  const [, text] =
    typeof address === 'string' ? (/^data:application\/[a-z+]*xml;charset=utf-8,(.+)$/.exec(address) ?? []) : []
  if (text === undefined) throw new Error(`no example in XML: ${JSON.stringify(examples)}`)
  return decodeURIComponent(text)
}
