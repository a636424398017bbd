import type { Call } from './stage.ts'

/** The printed token. */
export const TOKEN = '0000000000000000000000000000000000000000'
const asJson = { format: 'json' } as const
const asXml = { format: 'xml' } as const

/** The calls whose printed replies are judged. */
export const createJson: Call = (client) =>
  client.datasets.create({ description: 'baba3', import_table: 'nelsontest' }, asJson)
export const createXml: Call = (client) =>
  client.datasets.create({ description: 'Baba3', import_table: 'nesontest' }, asXml)
export const readJson: Call = (client) => client.datasets.read({ dataset: '1' }, asJson)
export const readXml: Call = (client) => client.datasets.read({ dataset: '1' }, asXml)
export const updateJson: Call = (client) => client.datasets.update({ dataset: '104', d_status: 'LIVE' }, asJson)
export const updateXml: Call = (client) => client.datasets.update({ dataset: '104', d_status: 'LIVE' }, asXml)
export const validateJson: Call = (client) => client.token.validate({ token: TOKEN }, asJson)
export const validateXml: Call = (client) => client.token.validate({ token: TOKEN }, asXml)
export const createRecord: Call = (client) =>
  client.records.create({ dataset: '337', HomePhone: '01234567890' }, asJson)
export const updateRecord: Call = (client) =>
  client.records.update({ id: '2499265', dataset: '337', outcomecode: 107 }, asJson)
export const readRecords: Call = (client) => client.records.read({ dataset: '337' }, asJson)
export const readRecordsXml: Call = (client) => client.records.read({ dataset: '337' }, asXml)
export const readDncXml: Call = (client) => client.dnc.read({}, asXml)
