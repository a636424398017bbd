export { type Schedule } from './agenda.ts'
export { CONTRACT_FAULTS, type ContractFault } from './contract-faults.ts'
export { type ContactnowAccount, type ContactnowSettings } from './contactnow-settings.ts'
export {
  type DanaconnectConversation,
  type DanaconnectLink,
  type DanaconnectOauthClient,
  type DanaconnectSettings,
  type DanaconnectTable,
  type DanaconnectUser,
} from './danaconnect-settings.ts'
export { type DatatalksKey, type DatatalksMapping, type DatatalksSettings } from './datatalks-settings.ts'
export { type FaultName } from './fault-table.ts'
export { type ArmedFault, type FaultOrder } from './faults.ts'
export { createMockFetch } from './mock-fetch.ts'
export { createUpstreamMocks, type UpstreamMocks, type UpstreamMocksOptions } from './mocks.ts'
export { OPERATIONS } from './operations.ts'
export { type MockReply } from './reply.ts'
export { type LogFilter, type LoggedRequest, type Tally } from './request-log.ts'
export { SANDBOX } from './sandbox.ts'
export { type MockSettingsInput } from './settings.ts'
export { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'
