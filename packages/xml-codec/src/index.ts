export { decodeXml, type DecodeXmlOptions } from './decode.ts'
export { encodeXml, type EncodeXmlOptions } from './encode.ts'
export { type XmlDocument, type XmlValue } from './value.ts'
