/**
 * What an element holds: text, or an object of its children in which an attribute stands as `@name` and text beside
 * children or attributes as `#text`. Everything is text: a phone number keeps its leading 0.
 */
export type XmlValue = string | XmlValue[] | { [name: string]: XmlValue }

/** An element with its name. */
export interface XmlDocument {
  readonly name: string
  readonly value: XmlValue
}

/** Key of the text that stands beside children or attributes. No element can have this name. */
export const TEXT_KEY = '#text'

/** What a key of an attribute begins with. No element's name can. */
export const ATTRIBUTE_PREFIX = '@'
